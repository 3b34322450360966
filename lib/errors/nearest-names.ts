const MAX_NAMES = 3;
// Below this, a name inside of another one says nothing.
const MIN_PART = 4;

/** Up to three of the `known` names that are near enough to `wanted` to have been meant, best first. */
export function nearestNames(wanted: string, known: Iterable<string>): string[] {
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const best: { name: string; distance: number }[] = [];
  const measure = new EditDistance(wanted);
  // What a name has to reach to be among the best.
  let bar = limit;
  for (const name of known) {
    const difference = Math.abs(name.length - wanted.length);
    const distance = isPart(wanted, name)
      ? difference / 8
      : difference > bar
        ? Number.POSITIVE_INFINITY
        : measure.to(name, bar);
    if (distance > bar || best.some((each) => each.name === name)) continue;
    best.push({ name, distance });
    best.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
    if (best.length > MAX_NAMES) best.pop();
    if (best.length === MAX_NAMES) bar = best[MAX_NAMES - 1]?.distance ?? bar;
  }
  return best.map(({ name }) => name);
}

/** Whether one is a telling part of the other: the shorter one is no mere syllable of the longer. */
function isPart(wanted: string, name: string): boolean {
  if (name.length >= wanted.length) return wanted.length >= MIN_PART && name.includes(wanted);
  return name.length >= MIN_PART && name.length * 2 >= wanted.length && wanted.includes(name);
}

/** Levenshtein's distance from one text to many others, with no memory taken for each. */
class EditDistance {
  readonly #codes: Uint16Array;
  /** How often each character is in the text; those of equal low bits count as one. */
  readonly #counts = new Int16Array(128);
  #row = new Uint16Array(64);

  constructor(text: string) {
    this.#codes = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    for (const code of this.#codes) this.#counts[code & 127] = (this.#counts[code & 127] as number) + 1;
  }

  /** Characters that one of the texts has more often than the other: the distance is no less. */
  #lowerBound(text: string): number {
    const counts = this.#counts;
    let extra = 0;
    for (let i = 0; i < text.length; i++) {
      const at = text.charCodeAt(i) & 127;
      const left = (counts[at] as number) - 1;
      counts[at] = left;
      if (left < 0) extra++;
    }
    for (let i = 0; i < text.length; i++) {
      const at = text.charCodeAt(i) & 127;
      counts[at] = (counts[at] as number) + 1;
    }
    return Math.max(extra, extra + this.#codes.length - text.length);
  }

  /** Infinity when it is more than `limit`: then most of the table is not computed. */
  to(text: string, limit: number): number {
    if (this.#lowerBound(text) > limit) return Number.POSITIVE_INFINITY;
    const codes = this.#codes;
    const width = text.length;
    if (this.#row.length <= width) this.#row = new Uint16Array(2 * width + 2);
    const row = this.#row;
    const far = 0xffff;
    const band = Math.floor(limit);
    for (let j = 0; j <= width; j++) row[j] = j <= band ? j : far;
    for (let i = 1; i <= codes.length; i++) {
      const from = Math.max(1, i - band);
      const to = Math.min(width, i + band);
      let diagonal = row[from - 1] as number;
      row[from - 1] = from === 1 && i <= band ? i : far;
      let least = row[from - 1] as number;
      for (let j = from; j <= to; j++) {
        const above = row[j] as number;
        const same = codes[i - 1] === text.charCodeAt(j - 1) ? 0 : 1;
        const value = Math.min(diagonal + same, above + 1, (row[j - 1] as number) + 1);
        diagonal = above;
        row[j] = value > far ? far : value;
        if (value < least) least = value;
      }
      if (to < width) row[to + 1] = far;
      if (least > limit) return Number.POSITIVE_INFINITY;
    }
    const distance = row[width] as number;
    return distance > limit ? Number.POSITIVE_INFINITY : distance;
  }
}
