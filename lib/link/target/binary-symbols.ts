import { type ElfFunction, ElfFunctions } from "../../elf/index.ts";
import { cannotAttach } from "../../errors/cannot-attach.ts";
import { ENOENT } from "../../errors/errno.ts";
import { AmbiguousSymbolError, AttachError, NoSymbolError } from "../../errors/index.ts";
import { nearestNames } from "../../errors/nearest-names.ts";
import { globToRegExp } from "../../kernel/glob.ts";
import { withElf } from "../../process/binary-file.ts";
import type { Attachable } from "../attachable.ts";

/**
 * The file offset of a function, in bytes.
 *
 * @param symbol - `malloc` for the default version; `memcpy@GLIBC_2.2.5`; `memcpy@@GLIBC_2.14`.
 * @throws {@link NoSymbolError} when no function has the name.
 * @throws {@link AmbiguousSymbolError} when several functions have the name.
 * @throws {@link AttachError} for an indirect function (IFUNC).
 * @throws {@link ElfError} when the file is malformed.
 * @throws {@link InvalidArgumentError} when the file is not a binary of this machine.
 */
export function functionOffset(program: Attachable, path: string, symbol: string): bigint {
  return withFunctions(path, (functions) => offsetOf(program, path, functions, symbol));
}

/** Like `functionOffset` for several functions, in the order of `symbols`. */
export function functionOffsets(
  program: Attachable,
  path: string,
  symbols: readonly string[],
): BigUint64Array {
  return withFunctions(path, (functions) =>
    BigUint64Array.from(symbols, (symbol) => offsetOf(program, path, functions, symbol)),
  );
}

/**
 * The file offsets of all versions of the functions that match a glob, without duplicates. Omits indirect functions.
 *
 * @throws {@link NoSymbolError} when no function matches, and the other errors of `functionOffset`.
 */
export function matchingOffsets(program: Attachable, path: string, pattern: string): BigUint64Array {
  const glob = globToRegExp(pattern);
  const found = withFunctions(path, (functions) => functions.select((name) => glob.test(name)));
  const direct = found.filter(({ indirect }) => !indirect);
  if (direct.length > 0) return BigUint64Array.from(new Set(direct.map(({ offset }) => BigInt(offset))));
  const [indirect] = found;
  if (indirect !== undefined) throw indirectFunction(program, path, indirect);
  throw new NoSymbolError(`no function of ${path} matches "${pattern}"`, {
    program: program.name,
    symbol: pattern,
    nearest: [],
    errno: ENOENT,
  });
}

function offsetOf(program: Attachable, path: string, functions: ElfFunctions, symbol: string): bigint {
  const [name, version, only] = parseSymbol(symbol);
  const all = functions.named(name);
  const current = all.filter(({ hidden }) => !hidden);
  const meant =
    version !== undefined
      ? all.filter((each) => each.version === version && !(only && each.hidden))
      : current.length > 0
        ? current
        : all;
  const [first] = meant;
  if (first === undefined) throw noFunction(program, path, symbol, all);
  const places = new Set(meant.map(({ offset }) => offset));
  if (places.size > 1) throw ambiguous(program, path, symbol, meant);
  if (first.indirect) throw indirectFunction(program, path, first);
  return BigInt(first.offset);
}

/** The name, the version, and whether the version must be the default one (`@@`). */
function parseSymbol(symbol: string): [string, string | undefined, boolean] {
  const [, name = symbol, separator, version] = /^(.[^@]*)(@@?)(.+)$/s.exec(symbol) ?? [];
  return [name, version, separator === "@@"];
}

function fullName({ name, version, hidden, source }: ElfFunction): string {
  if (version !== undefined) return `${name}${hidden ? "@" : "@@"}${version}`;
  return source === undefined ? name : `${name} (${source})`;
}

function noFunction(
  program: Attachable,
  path: string,
  symbol: string,
  otherVersions: readonly ElfFunction[],
): NoSymbolError {
  const nearest =
    otherVersions.length > 0 ? otherVersions.map(fullName) : () => nearestInBinary(path, symbol);
  return new NoSymbolError(`${path} has no function "${symbol}"`, {
    program: program.name,
    symbol,
    nearest,
    errno: ENOENT,
    remedy:
      otherVersions.length > 0
        ? "The binary has other versions of the function"
        : "A stripped binary has only the symbols of exported functions; pass an offset instead",
  });
}

function ambiguous(
  program: Attachable,
  path: string,
  symbol: string,
  found: readonly ElfFunction[],
): AmbiguousSymbolError {
  const byOffset = new Map(found.map((each) => [each.offset, each]));
  const candidates = [...byOffset.values()].map((each) => ({
    name: fullName(each),
    offset: BigInt(each.offset),
  }));
  const listed = candidates.map(({ name, offset }) => `${name} at 0x${offset.toString(16)}`);
  return new AmbiguousSymbolError(
    `${path} has ${candidates.length} functions "${symbol}": ${listed.join(", ")}`,
    {
      program: program.name,
      symbol,
      candidates,
      remedy: "Pass the offset of one of them instead of the symbol; a pattern of uprobe.multi selects all",
    },
  );
}

function indirectFunction(program: Attachable, path: string, found: ElfFunction): AttachError {
  return new AttachError(
    `${cannotAttach(program.name)}: "${fullName(found)}" of ${path} is an indirect function (IFUNC)`,
    {
      program: program.name,
      remedy:
        "The dynamic linker calls it once to select the implementation, and later calls go to the implementation: " +
        "a probe here would not see them. Attach to the implementation by its name or its offset",
    },
  );
}

/** The functions of a binary with the most similar names, best first. Empty if the binary cannot be read. */
function nearestInBinary(path: string, wanted: string): string[] {
  try {
    return nearestNames(
      parseSymbol(wanted)[0],
      withFunctions(path, (functions) => functions.names()),
    );
  } catch {
    return [];
  }
}

function withFunctions<T>(path: string, use: (functions: ElfFunctions) => T): T {
  return withElf(path, (elf) => use(new ElfFunctions(elf)));
}
