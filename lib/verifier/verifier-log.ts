/** What a verifier log tells about the failure that ended it. */
export interface VerifierFailure {
  program: string;
  /** The verifier's log alone, without libbpf's words. */
  log: string;
  /** Undefined when the log gives none. */
  reason: string | undefined;
  /** The instruction at fault; undefined when the failure is that of the program as a whole. */
  at: LoggedInstruction | undefined;
  /** Where what the program has not given back was acquired. */
  acquired: LoggedInstruction | undefined;
  /** What the kernel itself proposes. Linux 7.3. */
  suggestion: string | undefined;
}

/** An instruction as the log tells of it. */
export interface LoggedInstruction {
  /** In the program as it was loaded: functions that it calls stand behind it. */
  index: number;
  /** As printed: `7: (71) r0 = *(u8 *)(r0 +3)`. */
  text: string;
  /** The line of C that the log has last named before it. */
  line: LoggedLine | undefined;
}

export interface LoggedLine {
  text: string;
  /** `counter.bpf.c:14`. Linux 6.8. */
  place: string | undefined;
}

// libbpf frames the log so (bpf_object_load_prog).
const frame = /prog '([^']*)': -- BEGIN PROG LOAD LOG --\n([\s\S]*?)-- END PROG LOAD LOG --/g;

/** The last verifier log in libbpf's messages; undefined when the failure was not the verifier's. */
export function findVerifierFailure(messages: string): VerifierFailure | undefined {
  const last = [...messages.matchAll(frame)].at(-1);
  if (last === undefined) return undefined;
  const [, program = "", log = ""] = last;
  return readVerifierLog(program, log);
}

/** What the verifier's own log of a program that was refused tells. */
export function readVerifierLog(program: string, log: string): VerifierFailure {
  const seen = new globalThis.Map<number, LoggedInstruction>();
  let line: LoggedLine | undefined;
  let at: LoggedInstruction | undefined;
  let reason: string | undefined;
  for (const text of log.split("\n")) {
    const instruction = instructionIn(text);
    if (instruction !== undefined) {
      at = { ...instruction, line };
      seen.set(at.index, at);
      reason = undefined;
    } else if (text.startsWith("; ")) {
      line = lineIn(text.slice(2));
    } else if (reason === undefined && !isNoise(text)) {
      reason = text.trim();
    }
  }
  const named = reason === undefined ? undefined : indexIn(reason);
  if (named !== undefined) at = seen.get(named) ?? { index: named, text: `${named}`, line: undefined };
  const acquired = /\balloc_insn=(\d+)/.exec(reason ?? "")?.[1];
  return {
    program,
    log,
    reason,
    at,
    acquired: acquired === undefined ? undefined : seen.get(Number(acquired)),
    suggestion: /^Suggestion:\n((?: {2}.*\n)+)/m.exec(log)?.[1]?.trim().replace(/\s+/g, " "),
  };
}

function instructionIn(text: string): { index: number; text: string } | undefined {
  // libbpf puts "4: <invalid BPF map reference>" in the place of an instruction that it had to spoil.
  const match = /^(\d+): (?:\([0-9a-f]{2}\)|<invalid )/.exec(text);
  if (match === null) return undefined;
  // From Linux 5.18 (0f55f9ed21f9) on the registers follow on the same line.
  return { index: Number(match[1]), text: text.replace(/\s+; .*$/, "").trim() };
}

// "*value += 1; @ counter.bpf.c:14" since Linux 6.8 (7cc13adbd057); only the text before.
function lineIn(text: string): LoggedLine {
  const match = /^(.*) @ ([^@]+:\d+)$/.exec(text);
  if (match === null) return { text: text.trim(), place: undefined };
  return { text: (match[1] ?? "").trim(), place: match[2] };
}

// Reasons that are found by looking over the whole program, or at an earlier instruction than the last one printed.
const naming = [
  /^infinite loop detected at insn (\d+)/,
  /^back-edge from insn (\d+)/,
  /^unreachable insn (\d+)/,
  /^jump out of range from insn (\d+)/,
  /^invalid (?:bpf_ld_imm64 )?insn (\d+)/,
];

function indexIn(reason: string): number | undefined {
  for (const pattern of naming) {
    const found = pattern.exec(reason)?.[1];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}

// What the verifier prints besides instructions, lines and reasons.
const noise = [
  /^\s*$/,
  /^\s*(\d+: )?(frame\d+: ?)?(R\d+(_[rwd]+)?=|fp-?\d+)/,
  /^(processed \d+ insns|verification time|stack depth|max_states|total_states|peak_states|mark_read|insns processed)/,
  /^(from \d+ to|last_idx|regs=|parent |mark_precise|propagating|func#\d+ @|Func#\d+ |Func '|Global function \S+ is not used|Validating \S+ func#|cur state|old state)/,
  /^(reg type unsupported for arg#|caller:$|callee:$|returning from callee|to caller at)/,
  // What the verifier says while it tries to see a global function's argument, before any instruction.
  /^arg#\d+ reference type\('UNKNOWN '\) size cannot be determined: -22$/,
  /^(Live regs before insn|stack use\/def|insn \d+ state|hash )/,
  /^\s+\d+: [.\d]{10}/,
  /^\d+: (safe|R|frame)/,
];

function isNoise(line: string): boolean {
  return noise.some((pattern) => pattern.test(line));
}
