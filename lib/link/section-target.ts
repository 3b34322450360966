import type { SectionTarget } from "../hooks/index.ts";

type Options = Record<string, unknown>;

/**
 * The options that are encoded in the SEC name after its first slash. Omits options that the caller's options replace,
 * such as a symbol when the caller passed an address.
 *
 * @param given - The caller's options.
 */
export function targetOptions(
  form: SectionTarget | undefined,
  target: string | undefined,
  given: Options,
): Options {
  if (form === undefined || target === undefined || target === "") return {};
  switch (form) {
    case "name":
    case "syscall":
      return { [form]: target };
    case "pattern":
      return patternOf(target, given);
    case "group/name": {
      const [, group, name] = /^([^/]+)\/(.+)$/s.exec(target) ?? [];
      return { group, name };
    }
    case "symbol+offset":
      return symbolOf(target, given);
    case "binary:symbol+offset": {
      const [binary, symbol] = splitLast(target);
      return { binary, ...symbolOf(symbol, given) };
    }
    case "binary:pattern": {
      const [binary, pattern] = splitLast(target);
      return { binary, ...patternOf(pattern, given) };
    }
    case "binary:provider:name": {
      const [, binary, provider, name] = /^(.*):([^:]+):([^:]+)$/s.exec(target) ?? [];
      return { binary, provider, name };
    }
  }
}

/** Splits a target at its last colon into binary and function. Returns undefined parts for a target without a colon. */
function splitLast(target: string): [string | undefined, string | undefined] {
  const [, binary, rest] = /^(.*):([^:]+)$/s.exec(target) ?? [];
  return [binary, rest];
}

function symbolOf(target: string | undefined, given: Options): Options {
  if (target === undefined || isGiven(given, "symbol", "address", "offset")) return {};
  const [, symbol = target, offset] = /^(.+)\+(0x[0-9a-f]+|\d+)$/is.exec(target) ?? [];
  return offset === undefined ? { symbol } : { symbol, offset: Number(offset) };
}

function patternOf(pattern: string | undefined, given: Options): Options {
  return isGiven(given, "pattern", "symbols", "addresses", "offsets") ? {} : { pattern };
}

function isGiven(given: Options, ...names: string[]): boolean {
  return names.some((name) => given[name] !== undefined);
}
