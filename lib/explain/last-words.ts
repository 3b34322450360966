const prefix = "libbpf: ";

// Messages that libbpf prints after the cause of a failure, while it aborts.
const consequences = [
  /^failed to load object /,
  /^failed to perform CO-RE relocations: /,
  /^prog '[^']*': failed to (load|initialize|prepare load attributes): /,
  /^prog '[^']*': BPF program load failed: /,
  /^prog '[^']*': failed to (relocate calls|relocate data references|perform \.BTF\.ext fix ups): /,
  /^prog '[^']*': -- BEGIN PROG LOAD LOG --/,
  // libbpf continues after this failure. If the limit is the cause, the kernel returns EPERM.
  /^Failed to bump RLIMIT_MEMLOCK /,
];

// Messages of libbpf that do not abort the load.
const warnings = [
  /Retrying without BTF\.$/,
  /^Error loading ELF section \.BTF\.ext: .*Ignored and continue\.$/,
  /^Error loading \.BTF into kernel: .*BTF is optional, ignoring\.$/,
  /skipping all of \.BTF\.ext (func|line) info\.$/,
];

/** The last message of libbpf before it aborts: the cause, or the message closest to it. */
export function lastWords(log: string): string | undefined {
  const said = log
    // The verifier's log may have megabytes and does not come from libbpf.
    .replace(/-- BEGIN PROG LOAD LOG --[\s\S]*?-- END PROG LOAD LOG --/g, "-- BEGIN PROG LOAD LOG --")
    .split("\n")
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim())
    .filter((line) => !consequences.some((pattern) => pattern.test(line)));
  return said.findLast((line) => !warnings.some((pattern) => pattern.test(line))) ?? said.at(-1);
}

/** The last message with its prefix: `libbpf: map 'mem': failed to create: -EINVAL`. Undefined without a message. */
export function libbpfSays(log: string): string | undefined {
  const words = lastWords(log);
  return words === undefined ? undefined : prefix + words;
}
