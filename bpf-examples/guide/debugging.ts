// Shows what the guide looks for with bpftool and dmesg: programs, maps, run times, and why a program is refused.
import { asm, BpfMap, enableStats, every, features, NotExistError, Program, VerifierError } from "ebpf";
import { command } from "../tools/command.ts";

const { print, say, signal } = command(
  `Usage: debugging [options]

Shows the programs of this machine with their run times, the maps with their memory, and what the
verifier says of a program that it refuses. Measures for a second, or for --seconds.
`,
  {},
);

settings();
await programs();
maps();
refused();

/** The settings that decide which users may load programs, and whether programs are compiled. */
function settings(): void {
  const jit = features.probe.jit();
  print({ kind: "jit", ...jit }, () => `JIT compiler: ${jit.supported === true ? "on" : jit.reason}`);
}

/** With the time that they take, which the kernel measures while `stats` is open. */
async function programs(): Promise<void> {
  using _ = enableStats();
  // A second, unless Ctrl-C ends it earlier.
  for await (const __ of every(1000, { signal })) break;
  say("\nPROGRAM  TYPE              NAME                  RUNS   AVERAGE  CODE");
  for (const id of Program.ids()) {
    ifThere(() => {
      using program = Program.fromId(id);
      const { name, type } = program;
      const { runCount, runTime } = program.stats();
      const { jitedSize } = program.info();
      const average = runCount === 0n ? 0 : Number(runTime / runCount);
      print({ kind: "program", id, type, name, runCount, runTime, jitedSize }, () =>
        [
          `${id}`.padStart(7),
          ` ${type.padEnd(17)}`,
          name.padEnd(16),
          `${runCount}`.padStart(9),
          `${average} ns`.padStart(9),
          `${jitedSize} B`.padStart(7),
        ].join(" "),
      );
    });
  }
}

function maps(): void {
  say("\n    MAP  TYPE              NAME               ENTRIES     MEMORY");
  for (const id of BpfMap.ids()) {
    ifThere(() => {
      using map = BpfMap.fromId(id);
      const { name, type, maxEntries, memory } = map.info();
      print({ kind: "map", id, type, name, maxEntries, memory }, () =>
        [
          `${id}`.padStart(7),
          ` ${type.padEnd(17)}`,
          name.padEnd(16),
          `${maxEntries}`.padStart(9),
          `${memory} B`.padStart(10),
        ].join(" "),
      );
    });
  }
}

/** A program that reads a value which may not be there. The verifier's log is in the error, not in dmesg. */
function refused(): void {
  using map = BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 1, name: "counts" });
  try {
    using _ = Program.create({
      type: "xdp",
      license: "GPL",
      name: "unchecked",
      instructions: [
        asm.store("u32", asm.fp, -4, 0),
        asm.loadMap(asm.r1, map),
        asm.mov(asm.r2, asm.fp),
        asm.add(asm.r2, -4),
        asm.call("map_lookup_elem"),
        asm.load("u64", asm.r0, asm.r0, 0),
        asm.exit(),
      ],
    });
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    const text = error.explain();
    print(
      { kind: "refused", code: error.code, id: error.report.id, log: error.log, text },
      () => `\n${text}`,
    );
  }
}

/** Programs and maps of other processes can vanish after their ID was listed. */
function ifThere(show: () => void): void {
  try {
    show();
  } catch (error) {
    if (!(error instanceof NotExistError)) throw error;
  }
}
