import { writeFileSync } from "node:fs";
import { Btf } from "../../../btf/index.ts";
import { minimalBtf, ObjectSpec } from "../../../spec/index.ts";
import { UsageError } from "../../usage-error.ts";
import { readBtfFile } from "../btf-file.ts";
import type { Command, ExitStatus } from "../command.ts";
import { parseOptions } from "../options.ts";

const options = {
  btf: { type: "string" },
  output: { type: "string", short: "o" },
} as const;

const help = `Usage: ebpf min-btf [options] -o FILE OBJECT...

Writes the part of a kernel's BTF that BPF objects need to be loaded on that kernel: some kilobytes instead of megabytes.
Ship it for kernels without BTF of their own, and pass it as the option kernelBtf of load.

  ebpf min-btf --btf 5.4.0-91-generic.btf -o small.btf probe.bpf.o

      --btf FILE      the complete types of that kernel: raw BTF, or an ELF file with a .BTF section
                      (default: those of the running kernel)
  -o, --output FILE   the file to write
  -h, --help          print this text
`;

function run(args: readonly string[]): ExitStatus {
  const { values, positionals } = parseOptions(args, options);
  if (values.output === undefined) throw new UsageError("missing option --output");
  if (positionals.length === 0) throw new UsageError("missing OBJECT");
  const kernel = values.btf === undefined ? Btf.kernel() : readBtfFile(values.btf);
  const specs = positionals.map((path) => ObjectSpec.fromFile(path));
  writeFileSync(values.output, minimalBtf(kernel, ...specs));
  return 0;
}

export const command: Command = { help, options, run };
