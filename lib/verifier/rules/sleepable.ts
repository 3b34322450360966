import type { Case } from "../case.ts";

/** The sections that libbpf also knows with ".s". */
const withSleepable =
  /^(fentry|fexit|fsession|fmod_ret|lsm|iter|struct_ops|usdt|u(ret)?probe(\.multi)?|uprobe\.session)(?=\/|$)/;

/**
 * The advice for a call that may sleep.
 *
 * @param what - What is called: `helper`, `function`.
 */
export function sleepableAdvice(c: Case, what: string): string {
  const { section, type } = c.facts.program;
  if (c.callee === "bpf_arena_alloc_pages")
    return 'Allocate the pages beforehand in a program of SEC("syscall"), which may sleep';
  if (withSleepable.test(section))
    return `Make the program sleepable if it is attached where it may sleep: SEC("${section.replace(withSleepable, "$1.s")}")`;
  return section === "" && /^(tracing|lsm|struct-ops)$/.test(type)
    ? "Make the program sleepable if it is attached where it may sleep"
    : `Programs of ${section === "" ? "this type" : `SEC("${section.replace(/\/.*/, "")}")`} cannot sleep: use a ${what} that does not`;
}
