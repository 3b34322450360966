import { EbpfError } from "./base.ts";
import { nearestNames } from "./nearest-names.ts";

/** A JavaScript value does not fit the C type that it is to be stored in. Nothing was stored. */
export class EncodeError extends EbpfError {
  static override readonly name: string = "EncodeError";
  /** The field that did not fit, from the value down: `event.comm`, `[3].pid`; the type's name when it is the value itself. */
  readonly path: string;
  /** The C type of that field. */
  readonly type: string;
  /** What is wrong with it: `300 is out of range, 0 to 255`. */
  readonly problem: string;
  /** The map that it was to be stored in; undefined when it was none. */
  readonly map: string | undefined;
  constructor(path: string, type: string, problem: string, where?: { map: string; part: "key" | "value" }) {
    const place = where === undefined ? "" : ` in the ${where.part} of map "${where.map}"`;
    super("ERR_EBPF_ENCODE", `cannot store ${path} as ${type}${place}: ${problem}`, { operation: "encode" });
    this.path = path;
    this.type = type;
    this.problem = problem;
    this.map = where?.map;
  }
}

/** An argument is of the wrong kind or out of range; nothing was done. */
export class InvalidArgumentError extends EbpfError {
  static override readonly name: string = "InvalidArgumentError";
  constructor(message: string, remedy?: string) {
    super("ERR_EBPF_INVALID_ARGUMENT", message, { remedy });
  }
}

/** No map, program, variable, type or symbol has that name. */
export class UnknownNameError extends EbpfError {
  static override readonly name: string = "UnknownNameError";
  /** What the caller asked for. */
  readonly wanted: string;
  /** Names that are close to it, best first. */
  readonly nearest: readonly string[];
  constructor(what: string, wanted: string, known: Iterable<string>) {
    const nearest = nearestNames(wanted, known);
    super("ERR_EBPF_UNKNOWN_NAME", `no ${what} is called "${wanted}"`, {
      remedy: nearest.length > 0 ? `Nearest: ${nearest.map((n) => `"${n}"`).join(", ")}` : undefined,
    });
    this.wanted = wanted;
    this.nearest = nearest;
  }
}

/** Several things have that name, and nothing says which of them is meant. */
export class AmbiguousNameError extends EbpfError {
  static override readonly name: string = "AmbiguousNameError";
  /** What the caller asked for. */
  readonly wanted: string;
  /** Each with the name that only it has. */
  readonly candidates: readonly string[];
  constructor(what: string, wanted: string, where: string, candidates: readonly string[]) {
    super("ERR_EBPF_AMBIGUOUS_NAME", `${where} has ${candidates.length} ${what}s called "${wanted}"`, {
      remedy: `Choose one by its own name: ${candidates.join("; ")}`,
    });
    this.wanted = wanted;
    this.candidates = candidates;
  }
}
