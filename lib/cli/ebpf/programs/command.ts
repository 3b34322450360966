import { asm, Program, type ProgramInfo, type ProgramStats } from "../../../index.ts";
import { formatBytes, formatCount, formatDuration, printable } from "../../terminal/index.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { eachInKernel, type Finder, findInKernel } from "../kernel/find.ts";
import { type ListColumn, printFields, printList } from "../kernel/print-list.ts";
import { onlyArgument, parseOptions } from "../options.ts";

const options = {
  dump: { type: "boolean" },
  json: { type: "boolean" },
} as const;

const help = `Usage: ebpf programs [options] [ID|NAME|PIN]

Lists the programs in the kernel, or shows one. Runs and time are counted while statistics are enabled: by ebpf top, by
ebpf run, or by sysctl kernel.bpf_stats_enabled.

  ebpf programs
  ebpf programs --dump on_exec

      --dump    print the instructions after verification, with lines of C
      --json    one JSON object a line; integers beyond 2^53 are strings
  -h, --help    print this text
`;

export const programFinder: Finder<Program> = {
  kind: "program",
  ids: () => Program.ids(),
  fromId: (id) => Program.fromId(id),
  fromPin: (path) => Program.fromPin(path),
  nameOf: ({ name }) => name,
};

type Described = ProgramInfo & ProgramStats;

const columns: readonly ListColumn<Described>[] = [
  { title: "ID", align: "right", cell: ({ id }) => `${id}` },
  { title: "TYPE", cell: ({ type }) => type },
  { title: "NAME", flexible: true, cell: ({ name }) => printable(name) },
  { title: "LOADED", cell: ({ loadedAt }) => dateText(loadedAt) },
  { title: "UID", align: "right", cell: ({ createdByUid }) => `${createdByUid}` },
  { title: "RUNS", align: "right", cell: ({ runCount }) => (runCount === 0n ? "" : formatCount(runCount)) },
  { title: "AVERAGE", align: "right", cell: averageText },
  { title: "MAPS", flexible: true, cell: ({ mapIds }) => mapIds.join(" ") },
];

function averageText({ runCount, runTime }: ProgramStats): string {
  return runCount === 0n ? "" : formatDuration(runTime / runCount);
}

/** Local time to the minute: `2026-11-27 12:05`. */
function dateText(date: Date): string {
  const two = (value: number) => `${value}`.padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function run(args: readonly string[]): ExitStatus {
  const { values, positionals } = parseOptions(args, options);
  const name = onlyArgument("programs", "program", positionals, options);
  if (name === undefined) {
    if (values.dump)
      throw new UsageError("--dump is for one program: pass its ID, its name or the path of its pin");
    printList(eachInKernel(programFinder, describe), columns, values.json);
    return 0;
  }
  using program = findInKernel(programFinder, name);
  if (values.dump) process.stdout.write(`${asm.print(program.instructions())}\n`);
  else if (values.json) printList([describe(program)], columns, true);
  else show(describe(program));
  return 0;
}

function describe(program: Program): Described {
  // The kernel keeps 15 characters of the name. The BTF of the program has the whole name.
  return { ...program.info(), name: program.name, ...program.stats() };
}

function show(info: Described): void {
  printFields({
    id: info.id,
    name: printable(info.name),
    type: info.type,
    tag: info.tag,
    loaded: `${dateText(info.loadedAt)} by user ${info.createdByUid}`,
    maps: info.mapIds.join(" "),
    instructions: `${info.translatedSize / 8} after verification, ${formatBytes(info.jitedSize)} of machine code`,
    verified:
      info.verifiedInstructions === undefined ? undefined : `${info.verifiedInstructions} instructions`,
    runs: info.runCount === 0n ? undefined : `${info.runCount}, ${averageText(info)} on average`,
    "recursion misses": info.recursionMisses || undefined,
  });
}

export const command: Command = { help, options, run };
