// Checks what this kernel supports, and what to do about the rest.
import { features } from "ebpf";
import { command } from "../tools/command.ts";

const { print, values } = command(
  `Usage: kernel-support [options]

Checks what this kernel supports: the system, then program types, map types and ways to attach.

      --all            also what is supported, not only what is missing`,
  { all: { type: "boolean" } },
);

const { probe } = features;
const version = features.kernelVersion();
const config = features.kernelConfig("BPF_SYSCALL");
const rows: [group: string, name: string, support: features.Support][] = [
  ["system", "JIT compiler", probe.jit()],
  ["system", "BTF of the kernel", probe.btf()],
  ["system", "file system for pins", probe.bpffs()],
  ...features.programTypes.map((type) => ["program", type, probe.programType(type)] as (typeof rows)[number]),
  ...features.mapTypes.map((type) => ["map", type, probe.mapType(type)] as (typeof rows)[number]),
  ...features.attachFeatures.map((name) => ["attach", name, probe.attaching(name)] as (typeof rows)[number]),
];

print(
  { group: "kernel", version, bpfSyscall: config ?? null },
  () => `Linux ${version}, CONFIG_BPF_SYSCALL=${config ?? "?"}`,
);
for (const [group, name, { supported, reason, since }] of rows) {
  if (supported === true && group !== "system" && !values.all) continue;
  const mark = supported === true ? "yes" : supported === false ? "no" : "?";
  print({ group, name, supported, reason, since }, () =>
    [group.padEnd(8), name.padEnd(26), mark.padEnd(4), reason ?? ""].join(" ").trimEnd(),
  );
}
const missing = rows.filter(([, , { supported }]) => supported === false).length;
const unknown = rows.filter(([, , { supported }]) => supported === "unknown").length;
print(
  { group: "summary", checked: rows.length, missing, unknown },
  () =>
    `${rows.length} checked: ${rows.length - missing - unknown} supported, ${missing} missing, ${unknown} unknown`,
);
