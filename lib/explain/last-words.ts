const prefix = "libbpf: ";

// What libbpf adds while it gives up, after it named the cause.
const consequences = [
  /^failed to load object /,
  /^failed to perform CO-RE relocations: /,
  /^prog '[^']*': failed to (load|initialize|prepare load attributes): /,
  /^prog '[^']*': BPF program load failed: /,
  /^prog '[^']*': failed to (relocate calls|relocate data references|perform \.BTF\.ext fix ups): /,
  /^prog '[^']*': -- BEGIN PROG LOAD LOG --/,
];

// What libbpf says although it goes on.
const warnings = [
  /Retrying without BTF\.$/,
  /^Error loading ELF section \.BTF\.ext: .*Ignored and continue\.$/,
  /^Error loading \.BTF into kernel: .*BTF is optional, ignoring\.$/,
  /skipping all of \.BTF\.ext (func|line) info\.$/,
];

/** The last thing that libbpf said before it gave up: the cause, or what is nearest to it. */
export function lastWords(log: string): string | undefined {
  const said = log
    // A verifier's log may be megabytes, and is none of libbpf's words.
    .replace(/-- BEGIN PROG LOAD LOG --[\s\S]*?-- END PROG LOAD LOG --/g, "-- BEGIN PROG LOAD LOG --")
    .split("\n")
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim())
    .filter((line) => !consequences.some((pattern) => pattern.test(line)));
  return said.findLast((line) => !warnings.some((pattern) => pattern.test(line))) ?? said.at(-1);
}

/** `libbpf: map 'mem': failed to create: -EINVAL`; undefined when libbpf said nothing. */
export function libbpfSays(log: string): string | undefined {
  const words = lastWords(log);
  return words === undefined ? undefined : prefix + words;
}
