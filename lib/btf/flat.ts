import { kindOf, type RawBtf } from "./raw.ts";

/**
 * The fields of all types of a BTF and of its base, as words. For work on whole kernels, where decoding each type would
 * take most of the time.
 */
export interface FlatBtf {
  readonly words: Uint32Array;
  /** The start of each type in `words`, by ID. That of `void` has no meaning. */
  readonly starts: Uint32Array;
  /** The kind of each type, by ID. */
  readonly kinds: Uint8Array;
  readonly strings: Buffer;
}

export function flatten(raw: RawBtf, base: FlatBtf | undefined): FlatBtf {
  const first = base?.starts.length ?? 1;
  const starts = new Uint32Array(first + raw.starts.length);
  const kinds = new Uint8Array(starts.length);
  const firstWord = base?.words.length ?? 0;
  for (let i = 0; i < raw.starts.length; i++) {
    const start = raw.starts[i] as number;
    starts[first + i] = firstWord + start;
    kinds[first + i] = kindOf(raw.words[start + 1] as number);
  }
  if (base === undefined) return { words: raw.words, starts, kinds, strings: raw.strings };
  starts.set(base.starts);
  kinds.set(base.kinds);
  const words = new Uint32Array(firstWord + raw.words.length);
  words.set(base.words);
  words.set(raw.words, firstWord);
  return { words, starts, kinds, strings: Buffer.concat([base.strings, raw.strings]) };
}
