import { rule } from "../rule.ts";

/** Helpers that take an array of arguments for a format, with its length in bytes. */
const formats = /^bpf_(snprintf|seq_printf|trace_vprintk)$/;

/** A call that the verifier refuses without a sentence. */
export const silentRule = rule("unknown", /^$/, ([callee = ""]) => ({
  id: "invalid-call",
  title: `the kernel refuses this call of ${callee}(), and prints no reason`,
  label: "refused here",
  help: formats.test(callee)
    ? "Pass the arguments of the format as an array of __u64: its length in bytes must be a multiple of 8"
    : undefined,
}));
