// Lines that libbpf prints about problems that it has handled. They are noise in the log of a loaded object.
const handled = [
  // The object has a struct_ops member that an older kernel lacks, and its value is zero.
  /^libbpf: struct_ops .*: member .* not found in kernel, skipping it as it's set to zero$/,
  // The kernel is older than a kind of BTF type in the object.
  /^libbpf: Error in bpf_create_map_xattr.*Retrying without BTF\.$/,
];

/** Returns the messages of libbpf during loading, without those that need no action. */
export function quietLog(log: string): string {
  if (log === "") return log;
  const lines = log.split("\n");
  return lines.filter((line) => !handled.some((words) => words.test(line))).join("\n");
}
