import { parseExplanation, splitExplanation } from "./kernel-explanation.ts";
import type { LoggedLine, Sentence, Step, VerifierLog } from "./log.ts";
import { parseOperation } from "./operation.ts";
import { isAboutParameter, isProgress } from "./progress.ts";
import { isState, parseRegisters, type Registers } from "./registers.ts";

// The end of a log has the failure; a path of a million instructions takes a hundred megabytes.
const most = 1 << 20;

/** Parses a verifier log of level 1 or 2 from Linux 5.10 to 7.3. */
export function parseLog(whole: string): VerifierLog {
  const cut = whole.length > most ? whole.slice(whole.indexOf("\n", whole.length - most) + 1) : whole;
  const [log, explanation] = splitExplanation(cut);
  const reader = new Reader();
  for (const line of log.split("\n")) reader.read(line);
  return { ...reader.end(), kernel: parseExplanation(explanation) };
}

const none: Registers = new Map();

class Reader {
  #steps: Step[] = [];
  #sentences: Sentence[] = [];
  #aboutParameter: Sentence | undefined;
  #line: LoggedLine | undefined;
  #entry: Registers = none;
  #validating: string | undefined;
  #processed: number | undefined;
  /** The call depth at the current instruction. */
  #frame = 0;
  #skipping = false;

  read(text: string): void {
    if (this.#skipBlock(text)) return;
    const instruction = /^(\d+): (\([0-9a-f]{2}\) |<invalid )(.*)$/.exec(text);
    if (instruction !== null) {
      const [, index, opcode = "", rest = ""] = instruction;
      this.#instruction(Number(index), opcode, rest);
    } else if (text.startsWith("; ")) {
      this.#line = parseLine(text.slice(2));
    } else {
      this.#other(text);
    }
  }

  end(): Omit<VerifierLog, "kernel"> {
    return {
      steps: this.#steps,
      entry: this.#entry,
      validating: this.#validating,
      sentences:
        this.#sentences.length === 0 && this.#aboutParameter !== undefined && !this.#endsInCall()
          ? [this.#aboutParameter]
          : this.#sentences,
      processed: this.#processed,
    };
  }

  /** At such an end, the verifier stopped at a call without a sentence. */
  #endsInCall(): boolean {
    return this.#steps.at(-1)?.operation.kind === "helper";
  }

  /** Tables that the verifier prints before it begins. */
  #skipBlock(text: string): boolean {
    if (/^(Live regs before insn|subprog#\d+ .*:|stack use\/def|insn \d+ state)/.test(text)) {
      this.#skipping = true;
      return true;
    }
    if (this.#skipping && /^\s/.test(text)) return true;
    this.#skipping = false;
    return false;
  }

  #instruction(index: number, opcode: string, rest: string): void {
    const previous = this.#steps.at(-1);
    if (previous !== undefined) this.#follow(previous, index);
    // The state after it, or the next line of C, is printed on the same line since Linux 5.18 (0f55f9ed21f9).
    const [, body = rest, jumped, behind] =
      /^(.*?)(?:\s(\d+: (?=(?:frame\d+: ?)?R\d).*)|\s+; ?(.*))?$/.exec(rest) ?? [];
    const state =
      jumped?.replace(/^\d+: /, "") ?? (behind !== undefined && isState(behind) ? behind : undefined);
    this.#steps.push({
      position: this.#steps.length,
      index,
      text: `${index}: ${opcode}${body.trim()}`,
      operation: parseOperation(body.trim(), index),
      line: this.#line,
      frame: this.#frame,
      registers: state === undefined ? none : parseRegisters(state),
    });
    if (behind !== undefined && behind !== "" && state === undefined) this.#line = parseLine(behind);
  }

  #follow({ operation, index }: Step, next: number): void {
    if (operation.kind === "call" && operation.target === next) this.#frame++;
    // The verifier continues in the callback.
    if (operation.kind === "helper" && next !== index + 1) this.#frame++;
    if (operation.kind === "exit" && this.#frame > 0) this.#frame--;
  }

  #other(text: string): void {
    const back = /^from (\d+) to (\d+)(?: \([^)]*\))?: ?(.*)$/.exec(text);
    if (back !== null) {
      this.#rewind(Number(back[1]), back[3] ?? "");
      return;
    }
    const validating = /^Validating (\S+?)\(\) func#\d+\.\.\.$/.exec(text);
    if (validating !== null) {
      this.#steps = [];
      this.#frame = 0;
      this.#entry = none;
      this.#validating = validating[1];
      return;
    }
    this.#processed ??= Number(/^processed (\d+) insns/.exec(text)?.[1] ?? Number.NaN) || undefined;
    const state = text.replace(/^\d+: /, "");
    if (isState(state)) this.#state(state);
    else if (isAboutParameter(text)) this.#aboutParameter = { text, after: this.#steps.length };
    else if (!isProgress(text)) {
      // Some sentences lack the end of their line.
      const sentence = text.replace(/processed \d+ insns .*$/, "").trim();
      this.#sentences.push({ text: sentence, after: this.#steps.length });
    }
  }

  /** The verifier continues with a postponed branch. */
  #rewind(branch: number, state: string): void {
    const at = this.#steps.findLastIndex(({ index }) => index === branch);
    if (at === -1) return;
    this.#steps.length = at + 1;
    this.#frame = this.#steps[at]?.frame ?? 0;
    // Sentences about other paths are not the reason.
    this.#sentences = this.#sentences.filter(({ after }) => after <= at);
    if (state !== "" && !/^(safe|\d+: safe)/.test(state)) this.#state(state);
  }

  #state(text: string): void {
    const last = this.#steps.at(-1);
    const registers = new Map(parseRegisters(text));
    // Before Linux 5.18, the state before a memory access is printed after the access.
    if (last?.operation.kind === "load") registers.delete(last.operation.to.toUpperCase());
    if (last === undefined) this.#entry = new Map([...this.#entry, ...registers]);
    else if (!/^\s*frame\d+:/.test(text) || last.operation.kind !== "call")
      this.#steps[last.position] = { ...last, registers: new Map([...last.registers, ...registers]) };
  }
}

// "*value += 1; @ counter.bpf.c:14" since Linux 6.8 (7cc13adbd057); only the text before.
function parseLine(text: string): LoggedLine {
  const match = /^(.*) @ ([^@]+:\d+)$/.exec(text);
  if (match === null) return { text: text.trim(), place: undefined };
  return { text: (match[1] ?? "").trim(), place: match[2] };
}
