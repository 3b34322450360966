import { EbpfError, type EbpfErrorOptions } from "./ebpf-error.ts";
import { nearestNames } from "./nearest-names.ts";

interface EncodeErrorOptions extends EbpfErrorOptions {
  path: string;
  type: string;
  expected: string;
  received: string;
  map?: string | undefined;
  /** The part of a map entry that contains the field. */
  part?: "key" | "value" | undefined;
  variable?: string | undefined;
  /** The path for the value itself, which is not a field: the name of its codec. Default: `type`. */
  whole?: string | undefined;
}

/** A JavaScript value does not fit the C type of its field. Nothing was stored. */
export class EncodeError extends EbpfError {
  static override readonly name: string = "EncodeError";
  /**
   * The path of the field that does not fit: `event.comm`, `[3].pid`. The name of the type if the value itself does not
   * fit.
   */
  readonly path: string;
  /** The C type of that field: `u8`. */
  readonly type: string;
  /** The values that the field can hold: `0 to 255`. */
  readonly expected: string;
  /** The rejected value as text: `300`. */
  readonly received: string;
  /** The name of the map; undefined when the value is not for a map. */
  readonly map: string | undefined;
  /** The name of the global variable; undefined when the value is not for a variable. */
  readonly variable: string | undefined;

  constructor(options: EncodeErrorOptions) {
    const { path, type, expected, received, map, variable } = options;
    const subject = subjectOf(options);
    // "expected a Program (program)" names the type twice.
    const isNamed = subject === type || expected.toLowerCase().includes(type.toLowerCase());
    const suffix = isNamed ? "" : ` (${type})`;
    super("ERR_EBPF_ENCODE", `${subject}: expected ${expected}${suffix}, received ${received}`, {
      operation: "encode",
      ...options,
    });
    this.path = path;
    this.type = type;
    this.expected = expected;
    this.received = received;
    this.map = map;
    this.variable = variable;
  }

  /** The problem of the field: `expected 0 to 255, received 300`. */
  get problem(): string {
    return `expected ${this.expected}, received ${this.received}`;
  }
}

function subjectOf({ path, type, map, part, variable, whole = type }: EncodeErrorOptions): string {
  if (variable !== undefined) {
    const isField = path !== whole && /[.[]/.test(path);
    return isField ? `${path} of variable "${variable}"` : `variable "${variable}"`;
  }
  if (map === undefined) return path;
  if (path === whole) return `${part} of map "${map}"`;
  if (path.startsWith("[")) return `${part}${path} of map "${map}"`;
  const isWhole = /^(key|value)\b/.test(path);
  return `${path}${isWhole ? "" : ` in the ${part}`} of map "${map}"`;
}

/** An argument has the wrong type or is out of range. The call did nothing. */
export class InvalidArgumentError extends EbpfError {
  static override readonly name: string = "InvalidArgumentError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_INVALID_ARGUMENT", message, options);
  }
}

/** No map, program, variable, type or symbol has the requested name. */
export class UnknownNameError extends EbpfError {
  static override readonly name: string = "UnknownNameError";
  /** The requested name. */
  readonly wanted: string;
  /** Similar names, the closest first. */
  readonly nearest: readonly string[];
  constructor(options: { what: string; wanted: string; known: Iterable<string> }) {
    const { what, wanted, known } = options;
    const nearest = nearestNames(wanted, known);
    super("ERR_EBPF_UNKNOWN_NAME", `no ${what} is called "${wanted}"`, {
      remedy: nearest.length > 0 ? `Nearest: ${nearest.map((n) => `"${n}"`).join(", ")}` : undefined,
    });
    this.wanted = wanted;
    this.nearest = nearest;
  }
}

/** Several things have the requested name. */
export class AmbiguousNameError extends EbpfError {
  static override readonly name: string = "AmbiguousNameError";
  /** The requested name. */
  readonly wanted: string;
  /** The unique name of each candidate. */
  readonly candidates: readonly string[];
  constructor(options: { what: string; wanted: string; where: string; candidates: readonly string[] }) {
    const { what, wanted, where, candidates } = options;
    super("ERR_EBPF_AMBIGUOUS_NAME", `${where} has ${candidates.length} ${what}s called "${wanted}"`, {
      remedy: `Choose one by its own name: ${candidates.join("; ")}`,
    });
    this.wanted = wanted;
    this.candidates = candidates;
  }
}
