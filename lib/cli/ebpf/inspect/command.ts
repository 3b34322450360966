import { columnsOf, jsonLine, styleOf } from "../../terminal/index.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { readObject } from "../object-file.ts";
import { parseOptions } from "../options.ts";
import { describeObject } from "./describe.ts";
import { disassemble, programsNamed } from "./disassemble.ts";
import { inspectedLines } from "./print.ts";

const options = {
  disassemble: { type: "boolean" },
  json: { type: "boolean" },
} as const;

const help = `Usage: ebpf inspect [options] OBJECT
       ebpf inspect --disassemble OBJECT [PROGRAM...]

Shows what an object contains: maps, the records of buffers and the lines that send them, programs and how they are
attached, variables, and what it needs of the kernel. Only the file is read, on any system, without privileges.

  ebpf inspect counter.bpf.o
  ebpf inspect --disassemble counter.bpf.o on_exec

      --disassemble   print the instructions of the programs, with lines of C
      --json          print one line of JSON
  -h, --help          print this text
`;

function run(args: readonly string[]): ExitStatus {
  const { values, positionals } = parseOptions(args, options);
  const [path, ...names] = positionals;
  if (path === undefined) throw new UsageError("missing OBJECT");
  if (names.length > 0 && !values.disassemble) {
    throw new UsageError(`expected one object, received ${positionals.length}`);
  }
  if (values.disassemble && values.json) throw new UsageError("--disassemble and --json exclude each other");
  const spec = readObject(path);
  const style = styleOf(process.stdout);
  if (values.disassemble) process.stdout.write(disassemble(programsNamed(spec, names), style));
  else if (values.json) console.log(jsonLine(describeObject(spec)));
  else {
    const look = { style, width: columnsOf(process.stdout) };
    console.log(inspectedLines(describeObject(spec), look).join("\n"));
  }
  return 0;
}

export const command: Command = { help, options, run };
