import { type ElfFunction, ElfFunctions } from "../../elf/index.ts";
import { ENOENT } from "../../errno.ts";
import { nearestNames } from "../../errors/nearest-names.ts";
import { AmbiguousSymbolError, AttachError, NoSymbolError } from "../../errors.ts";
import { globToRegExp } from "../../glob.ts";
import { withElf } from "../../process/binary-file.ts";
import type { Attachable } from "../attachable.ts";

/**
 * Where a function begins, in bytes from the start of the file.
 *
 * @param symbol - `malloc`, of which the default version is meant; `memcpy@GLIBC_2.2.5`; `memcpy@@GLIBC_2.14`.
 * @throws {@link NoSymbolError} when there is none, {@link AmbiguousSymbolError} when there are several.
 * @throws {@link AttachError} for an IFUNC.
 * @throws {@link ElfError} when the file is malformed, {@link InvalidArgumentError} when it is none that runs here.
 */
export function functionOffset(program: Attachable, path: string, symbol: string): bigint {
  return withFunctions(path, (functions) => offsetOf(program, path, functions, symbol));
}

/** The same for several functions, in their order. */
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
 * Where the functions that match a glob begin, each place once, in all their versions. IFUNCs are left out.
 *
 * @throws {@link NoSymbolError} when there are none, and as `functionOffset`.
 */
export function matchingOffsets(program: Attachable, path: string, pattern: string): BigUint64Array {
  const glob = globToRegExp(pattern);
  const found = withFunctions(path, (functions) => functions.select((name) => glob.test(name)));
  const direct = found.filter(({ indirect }) => !indirect);
  if (direct.length > 0) return BigUint64Array.from(new Set(direct.map(({ offset }) => BigInt(offset))));
  const [indirect] = found;
  if (indirect !== undefined) throw indirectFunction(program, path, indirect);
  throw new NoSymbolError(program.name, `no function of ${path} matches "${pattern}"`, pattern, [], {
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

/** The name, the version behind it, and whether that is to be the default one. */
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
  return new NoSymbolError(program.name, `${path} has no function "${symbol}"`, symbol, nearest, {
    errno: ENOENT,
    remedy:
      otherVersions.length > 0
        ? "It has other versions of it"
        : "A stripped binary shows only what it exports; an offset can be given instead",
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
    program.name,
    `${path} has ${candidates.length} functions "${symbol}": ${listed.join(", ")}`,
    symbol,
    candidates,
    { remedy: "Pass the offset of one in place of the symbol; uprobe.multi takes all of them by pattern" },
  );
}

function indirectFunction(program: Attachable, path: string, found: ElfFunction): AttachError {
  return new AttachError(
    program.name,
    `cannot attach program "${program.name}": "${fullName(found)}" of ${path} is an indirect function (IFUNC)`,
    "",
    {
      remedy:
        "The dynamic linker runs it once, to choose the implementation that is called from then on: a probe here " +
        "would not see the calls. Attach to the implementation, by its own name or by its offset",
    },
  );
}

/** Functions of a binary whose names are close to one that it does not have, best first; none if it cannot be read. */
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
