// Progress messages of the verifier. Each pattern is exact, because many reasons begin with the same words.
const remarks = [
  /^\s*$/,
  /^(processed \d+ insns|verification time \d|stack depth |max_states_per_insn|insns processed)/,
  /^(last_idx \d|regs=[0-9a-f]+ stack=|parent (didn't|already)|mark_precise: frame\d|propagating |frame \d+: propagating)/,
  /^func#\d+ @\d+$/,
  /^Func#\d+ (\('[^']*'\) )?is (safe for any args|global and (assumed )?valid)/,
  /^(caller|callee):$/,
  /^(returning from callee:|to caller at \d+:)$/,
  /^(cur|old) state: /,
  /^(hash|loop|scc_visit|scc exit|entering|backedges)\b.*:/,
  /^\d+: (safe|frame\d+: safe)?$/,
  /^(\d+: )?(safe|pruned)$/,
  /^(from \d+ to \d+: )?safe$/,
  /^(stack slots|live_stack|subprog_regs)\b/,
  /^\(\d+\) (frame|live)/,
  /^Global function \S+ is not used/,
];

const parameters = [
  /^arg#\d+ reference type\('UNKNOWN '\) size cannot be determined: -22$/,
  /^(Unrecognized arg#\d+ type|reg type unsupported for arg#\d+ function) (PTR|\S+#\d+)/,
];

/** Whether a line is about a parameter of a function: progress, unless it is all that the log says. */
export function isAboutParameter(line: string): boolean {
  return parameters.some((pattern) => pattern.test(line));
}

/** Whether a line only reports progress. */
export function isProgress(line: string): boolean {
  return remarks.some((pattern) => pattern.test(line));
}
