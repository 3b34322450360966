import {
  attachHere,
  examineElsewhere,
  examineHere,
  examineMachine,
  isWell,
  KernelFiles,
  type ObjectReport,
} from "../../../doctor/index.ts";
import { jsonLine, styleOf } from "../../terminal/index.ts";
import { UsageError } from "../../usage-error.ts";
import { readBtfFile } from "../btf-file.ts";
import type { Command, ExitStatus } from "../command.ts";
import { readObject } from "../object-file.ts";
import { parseOptions } from "../options.ts";
import { machineLines, objectLines } from "./print.ts";

const options = {
  attach: { type: "boolean" },
  json: { type: "boolean" },
  "kernel-config": { type: "string" },
  "kernel-version": { type: "string" },
  btf: { type: "string" },
} as const;

const help = `Usage: ebpf doctor [options] [OBJECT...]

Examines what BPF can do on this machine: the kernel, its file systems, and the privileges of this process. For each object:
whether its maps can be created, and whether its programs load and attach to the targets of their SEC names. Maps and
programs are created and closed again; nothing is pinned, and nothing is attached without --attach.

  ebpf doctor
  ebpf doctor counter.bpf.o
  ebpf doctor --kernel-config config-6.1 --btf vmlinux-6.1.btf counter.bpf.o     on another machine

      --attach               attach each program for a moment; without a target in its SEC name, to lo, the root cgroup,
                             the network namespace of the process or the CPU clock
      --kernel-config FILE   judge for another kernel by its configuration, such as /boot/config-VERSION
      --kernel-version X.Y   its version (default: that in the configuration)
      --btf FILE             its types: raw BTF or an ELF file with a .BTF section
      --json                 print one line of JSON
  -h, --help                 print this text

Exit status: 0 all is well, 1 something fails, 2 wrong usage.
`;

function run(args: readonly string[]): ExitStatus {
  const { values, positionals } = parseOptions(args, options);
  const kernel = otherKernel(values);
  if (kernel !== undefined && values.attach === true)
    throw new UsageError("--attach is for this machine, not for another kernel");
  if (kernel !== undefined && positionals.length === 0) throw new UsageError("expected an object to judge");
  const machine = kernel === undefined ? examineMachine() : undefined;
  const reports = positionals.map((path): ObjectReport => {
    const spec = readObject(path);
    if (kernel !== undefined) return examineElsewhere(spec, kernel);
    const report = examineHere(spec);
    return values.attach === true ? attachHere(spec, report) : report;
  });
  if (values.json === true) console.log(jsonLine({ machine, objects: reports }));
  else {
    const style = styleOf(process.stdout);
    const parts = [
      ...(machine === undefined ? [] : [machineLines(machine, style)]),
      ...reports.map((report) => objectLines(report, style)),
    ];
    console.log(parts.map((lines) => lines.join("\n")).join("\n\n"));
  }
  // Without an object, it counts whether any program works.
  const isUsable = reports.length > 0 || machine?.every(({ health }) => health !== "problem");
  return isUsable && reports.every(isWell) ? 0 : 1;
}

function otherKernel(values: {
  "kernel-config"?: string;
  "kernel-version"?: string;
  btf?: string;
}): KernelFiles | undefined {
  const { "kernel-config": config, "kernel-version": version, btf } = values;
  if (config === undefined && version === undefined) {
    if (btf !== undefined) throw new UsageError("--btf needs --kernel-config or --kernel-version");
    return undefined;
  }
  return KernelFiles.read({
    ...(config !== undefined && { config }),
    ...(version !== undefined && { version }),
    ...(btf !== undefined && { btf: readBtfFile(btf) }),
  });
}

export const command: Command = { help, options, run };
