/** What a verifier log tells about the failure that ended it. */
export interface VerifierFailure {
  program: string;
  /** The verifier's log alone, without libbpf's words. */
  log: string;
  reason: string;
  /** The last instruction before the reason, as printed. */
  instruction: string | undefined;
  /** The last line of C before the reason: `counter.bpf.c:14: *value += 1;`. */
  source: string | undefined;
}

// libbpf frames the log so (bpf_object_load_prog).
const frame = /prog '([^']*)': -- BEGIN PROG LOAD LOG --\n([\s\S]*?)-- END PROG LOAD LOG --/g;

/** The last verifier log in libbpf's messages; undefined when the failure was not the verifier's. */
export function findVerifierFailure(messages: string): VerifierFailure | undefined {
  const last = [...messages.matchAll(frame)].at(-1);
  if (last === undefined) return undefined;
  const log = last[2] ?? "";
  const lines = log.split("\n");
  let instruction: string | undefined;
  let source: string | undefined;
  let reason = "";
  for (const line of lines) {
    if (/^\d+: \([0-9a-f]{2}\)/.test(line)) {
      // Since Linux 6.x the registers follow after a semicolon or two spaces.
      instruction = line.replace(/\s+;.*$/, "").trim();
      reason = "";
    } else if (line.startsWith("; ")) {
      source = sourceLine(line.slice(2));
    } else if (isReason(line)) {
      reason = reason === "" ? line.trim() : reason;
    }
  }
  return {
    program: last[1] ?? "",
    log,
    reason: reason === "" ? "no reason given" : reason,
    instruction,
    source,
  };
}

// "*value += 1; @ counter.bpf.c:14" since Linux 6.8 (7cc13adbd057); only the text before.
function sourceLine(text: string): string {
  const match = /^(.*) @ ([^@]+:\d+)$/.exec(text);
  return match === null ? text.trim() : `${match[2]}: ${(match[1] ?? "").trim()}`;
}

const noise = [
  /^$/,
  /^processed \d+ insns/,
  /^(\d+: )?R\d+(_w)?=/,
  /^(from|last_idx|regs=|parent |mark_precise|func#|arg#|Func#|Global |Validating|verification time|stack depth|peak_states|max_states|total_states|mark_read|insns processed)/,
  /^\d+: (R|frame)/,
  /^(caller|callee|returning from callee|to caller at)/,
  /^\d+: safe$/,
];

function isReason(line: string): boolean {
  return !noise.some((pattern) => pattern.test(line));
}
