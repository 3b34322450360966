// Lines that libbpf prints about problems that it has handled. They are noise in the log of a loaded object.
const handled = [
  // A member that an older kernel does not know, and that the object leaves zero.
  /^libbpf: struct_ops .*: member .* not found in kernel, skipping it as it's set to zero$/,
  // A kernel that is older than a kind of type in the object.
  /^libbpf: Error in bpf_create_map_xattr.*Retrying without BTF\.$/,
];

/** Returns the messages of libbpf during loading, without those that need no action. */
export function quietLog(log: string): string {
  if (log === "") return log;
  const lines = log.split("\n");
  return lines.filter((line) => !handled.some((words) => words.test(line))).join("\n");
}
