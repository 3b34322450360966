/** The states of registers and stack slots at a point, as printed by the verifier: `R1` → `scalar(smin=0,…)`. */
export type Registers = ReadonlyMap<string, string>;

const names = /(?:^|\s)(R\d+|fp-?\d+)(?:_[a-z]+)?=/g;

/** Reads a line of states: `R0=map_value(id=1,ks=4,vs=8) R10=fp0 fp-8=mmmm???? refs=2`. */
export function parseRegisters(text: string): Registers {
  const registers = new Map<string, string>();
  for (const match of text.matchAll(names)) {
    const [whole, name = ""] = match;
    registers.set(name, valueAt(text, match.index + whole.length));
  }
  return registers;
}

/** Whether a line, or the rest of a line, is a state and not a sentence. */
export function isState(text: string): boolean {
  return /^\s*(?:frame\d+: ?)?(?:R\d+(?:_[a-z]+)?=|fp-?\d+(?:_[a-z]+)?=|refs=|cb$|cb\b.*=|async_cb)/.test(
    text,
  );
}

// A value ends with a space outside of all brackets.
function valueAt(text: string, start: number): string {
  let depth = 0;
  let at = start;
  for (; at < text.length; at++) {
    const char = text[at];
    if (char === "(" || char === "{") depth++;
    else if (char === ")" || char === "}") depth--;
    else if (char === " " && depth <= 0) break;
  }
  return text.slice(start, at);
}

export interface Bounds {
  readonly min: bigint;
  readonly max: bigint;
}

const signed = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** The signed values that a number in a register may have; undefined for a pointer. */
export function signedBounds(value: string): Bounds | undefined {
  const exact = /^(?:scalar|inv|invP|P)?\(?(-?\d+|0x[0-9a-f]+)\)?$/.exec(value)?.[1];
  if (exact !== undefined) return { min: number(exact), max: number(exact) };
  if (!/^(scalar|inv)/.test(value)) return undefined;
  const fields = fieldsOf(value);
  // The verifier omits a bound that is the limit of the type, and writes "smin=umin=5" for two equal bounds.
  const umax = fields.get("umax") ?? fields.get("umax_value");
  const min =
    fields.get("smin") ??
    fields.get("smin_value") ??
    (umax !== undefined && umax <= signed.max ? 0n : signed.min);
  const max =
    fields.get("smax") ??
    fields.get("smax_value") ??
    (umax !== undefined && umax <= signed.max ? umax : signed.max);
  return { min, max };
}

/** The fields of a value that are numbers: `map_value(off=4,ks=4)` → `off`, `ks`. */
export function fieldsOf(value: string): ReadonlyMap<string, bigint> {
  const fields = new Map<string, bigint>();
  const inner = /\(([\s\S]*)\)$/.exec(value)?.[1]?.replace(/var_off=\([^)]*\)/, "") ?? "";
  for (const part of inner.split(",")) {
    const names = part.split("=");
    const last = names.pop();
    if (last === undefined || !/^(-?\d+|0x[0-9a-f]+)$/.test(last)) continue;
    for (const name of names)
      fields.set(name.trim(), name.trim().startsWith("u") ? BigInt.asUintN(64, BigInt(last)) : number(last));
  }
  return fields;
}

/** The map that a pointer points into, by the name that the kernel prints since Linux 6.5. */
export function mapOf(value: string): string | undefined {
  return /\bmap=([^,)]+)/.exec(value)?.[1];
}

function number(text: string): bigint {
  return BigInt.asIntN(64, BigInt(text));
}

/** A range of numbers in words: `5`, `0 to 64`, `-1 or less`. */
export function rangeInWords({ min, max }: Bounds): string {
  if (min === max) return `${min}`;
  if (min === signed.min && max === signed.max) return "any number";
  if (min === signed.min) return `${max} or less`;
  if (max === signed.max) return `${min} or more`;
  return `${min} to ${max}`;
}

/**
 * Describes the values that a register can have after a comparison, in its width and sign. Undefined for all values.
 *
 * @param condition - `w1 s> 0xf`
 */
export function comparedRange(value: string, condition: string): string | undefined {
  const exact = signedBounds(value);
  if (exact === undefined || exact.min === exact.max) return exact && `${exact.min}`;
  const fields = fieldsOf(value);
  const narrow = condition.startsWith("w");
  const bits = narrow ? 32 : 64;
  const letter = / s[<>]/.test(condition) ? "s" : "u";
  const least = letter === "u" ? 0n : -(2n ** BigInt(bits - 1));
  const most = 2n ** BigInt(letter === "u" ? bits : bits - 1) - 1n;
  // Before Linux 6.7, a 32-bit bound is omitted if it equals the 64-bit bound.
  const bound = (side: "min" | "max", none: bigint) => {
    const names = narrow
      ? [`${letter}%32`, `${letter}32_%_value`, `${letter}%_value`]
      : [`${letter}%`, `${letter}%_value`];
    const found = names.map((name) => fields.get(name.replace("%", side))).find((each) => each !== undefined);
    return found === undefined || found < least || found > most ? none : found;
  };
  const [min, max] = [bound("min", least), bound("max", most)];
  if (min === least && max === most) return undefined;
  if (max === most) return `${min} or more`;
  return min === least && letter === "s" ? `${max} or less` : `${min} to ${max}`;
}

const kinds: readonly [RegExp, string][] = [
  [/^map_value_or_null/, "a map value or NULL"],
  [/^map_value/, "a map value"],
  [/^map_ptr/, "a map"],
  [/^(ctx)/, "the context"],
  [/^pkt_end/, "the end of the packet"],
  [/^pkt_meta/, "a pointer to the packet's metadata"],
  [/^pkt/, "a packet pointer"],
  [/^(fp|inv?fp)/, "a pointer to the stack"],
  [/^ringbuf_mem_or_null/, "a ring buffer record or NULL"],
  [/^(alloc_mem|ringbuf_mem)/, "a ring buffer record"],
  [/^(rdonly_|rdwr_|untrusted_)*(mem|buf)_or_null/, "memory or NULL"],
  [/^(rdonly_|rdwr_)*untrusted_mem/, "memory that is not trusted"],
  [/^(rdonly_|rdwr_)*(mem|buf)/, "memory"],
  [/^(sock_common|sock|tcp_sock|xdp_sock)_or_null/, "a socket or NULL"],
  [/^(sock_common|sock|tcp_sock|xdp_sock)/, "a socket"],
  [/^dynptr/, "a dynptr"],
  [/^untrusted_ptr_$/, "an untrusted pointer"],
  [/^arena/, "an arena pointer"],
  [/^func/, "a function"],
];

/** The contents of a register in words: `a map value or NULL`, `a number from 0 to 64`. */
export function inWords(value: string): string {
  const struct = /^(?:percpu_|user_|rcu_|trusted_|untrusted_)*ptr_(or_null_)?([A-Za-z_]\w*)/.exec(value);
  if (struct !== null) {
    const trust = /^(untrusted|rcu)_/.exec(value)?.[1];
    const adjective = trust === undefined ? "a" : trust === "rcu" ? "an RCU-protected" : "an untrusted";
    return `${adjective} pointer to struct ${struct[2]}${struct[1] === undefined ? "" : " or NULL"}`;
  }
  for (const [pattern, words] of kinds) if (pattern.test(value)) return words;
  const bounds = signedBounds(value);
  if (bounds === undefined) return value;
  const range = rangeInWords(bounds);
  return range === "any number"
    ? range
    : bounds.min === bounds.max
      ? `the number ${range}`
      : `a number (${range})`;
}
