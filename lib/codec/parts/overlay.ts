import { EncodeError } from "../../errors.ts";
import { zero } from "./bytes.ts";
import { type Path, refuse } from "./path.ts";
import { isSame } from "./same.ts";
import { source } from "./source.ts";

/** One way to see the bytes of a union: a member, or the members of an anonymous struct. */
export interface Alternative<T = never> {
  /** Names of the fields; those of a flexible array left out. */
  readonly fields: readonly string[];
  read(view: DataView, offset: number): object;
  write(view: DataView, offset: number, value: T, path: Path): void;
}

/**
 * Stores a union: whoever stores names one member. Values that were read have all the members, and are taken when
 * these still say the same, so that what was read can be stored as it is.
 *
 * @param offset - Of the record whose fields the alternatives are.
 * @param start - Of the union within that record.
 * @throws EncodeError when no member is given, or several that disagree.
 */
export function writeOverlay<T>(
  view: DataView,
  offset: number,
  start: number,
  size: number,
  value: object,
  alternatives: readonly Alternative<T>[],
  type: string,
  path: Path,
): void {
  const fields = value as Record<string, unknown>;
  const given = alternatives.filter((alternative) =>
    alternative.fields.some((name) => fields[name] !== undefined),
  );
  const [first] = given;
  zero(view, offset + start, size);
  if (first !== undefined && given.length === 1) {
    first.write(view, offset, value as T, path);
    return;
  }
  const merged = new Uint8Array(size);
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset + start, size);
  const isAgreed = (): boolean => given.every((alternative) => agrees(view, offset, fields, alternative));
  let failure: unknown;
  for (const candidate of given) {
    try {
      candidate.write(view, offset, value as T, path);
    } catch (error) {
      // A member that was changed need not fit where another one has the bytes.
      if (!(error instanceof EncodeError)) throw error;
      failure ??= error;
      continue;
    }
    if (isAgreed()) return;
    for (let i = 0; i < size; i++) merged[i] = (merged[i] as number) | (bytes[i] as number);
    bytes.fill(0);
  }
  // No member has all the bytes: one has its padding where another has a field.
  bytes.set(merged);
  if (given.length > 0 && failure === undefined && isAgreed()) return;
  const from = source;
  if (from !== undefined && given.length > 0 && given.every((each) => agrees(from, offset, fields, each))) {
    bytes.set(new Uint8Array(from.buffer, from.byteOffset + offset + start, size));
    return;
  }
  if (failure !== undefined) throw failure;
  const names = (given.length === 0 ? alternatives : given).flatMap((alternative) => alternative.fields);
  const list = names.map((name) => `"${name}"`).join(", ");
  if (given.length === 0) refuse(path, undefined, type, `one member of the union is due: ${list}`);
  refuse(path, undefined, type, `${list} share their bytes and disagree; give only one of them`);
}

function agrees<T>(
  view: DataView,
  offset: number,
  fields: Record<string, unknown>,
  other: Alternative<T>,
): boolean {
  const stored = other.read(view, offset) as Record<string, unknown>;
  return other.fields.every((name) => isSame(fields[name], stored[name]));
}
