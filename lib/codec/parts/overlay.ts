import { EncodeError } from "../../errors/index.ts";
import { zero } from "./bytes.ts";
import { isSame } from "./same.ts";
import { source } from "./storing-from.ts";
import { type Path, refuse } from "./value-path.ts";

/** One interpretation of the bytes of a union: a member, or the members of an anonymous struct. */
export interface Alternative<T = never> {
  /** Names of the fields, without flexible arrays. */
  readonly fields: readonly string[];
  /** Decodes the fields. */
  read(view: DataView, offset: number): object;
  /** Encodes the fields. */
  write(view: DataView, offset: number, value: T, path: Path): void;
}

/**
 * Encodes a union from the one member that the value has. A decoded value has all members; it is accepted as long as
 * they agree, so that a decoded value can be encoded again.
 *
 * @param offset - Byte offset of the record that contains the union.
 * @param start - Byte offset of the union within that record.
 * @throws {@link EncodeError} when the value has no member, or several that disagree.
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
      // A changed member may not fit the bytes of another one.
      if (!(error instanceof EncodeError)) throw error;
      failure ??= error;
      continue;
    }
    if (isAgreed()) return;
    for (let i = 0; i < size; i++) merged[i] = (merged[i] as number) | (bytes[i] as number);
    bytes.fill(0);
  }
  // No member covers all bytes: one has padding where another has a field.
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
  if (given.length === 0) refuse(path, undefined, type, `one member of the union: ${list}`, "none");
  refuse(path, undefined, type, `only one of ${list}, which share their bytes`, "values that differ");
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
