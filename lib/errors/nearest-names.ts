const MAX_NAMES = 3;
// A shorter common part is a coincidence.
const MIN_PART = 4;

/** Returns up to three `known` names similar to `wanted`, the closest first. */
export function nearestNames(wanted: string, known: Iterable<string>): string[] {
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const best: { name: string; distance: number }[] = [];
  const measure = new EditDistance(wanted);
  // The distance that a name must not exceed to be among the best.
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

/** Returns whether one name contains the other and the shorter one is long enough to matter. */
function isPart(wanted: string, name: string): boolean {
  if (name.length >= wanted.length) return wanted.length >= MIN_PART && name.includes(wanted);
  return name.length >= MIN_PART && name.length * 2 >= wanted.length && wanted.includes(name);
}

/** Levenshtein distance from one text to many others. The memory is reused. */
class EditDistance {
  readonly #codes: Uint16Array;
  /** Occurrences of each character in the text. Characters with equal low 7 bits share a counter. */
  readonly #counts = new Int16Array(128);
  #row = new Uint16Array(64);

  constructor(text: string) {
    this.#codes = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    for (const code of this.#codes) this.#counts[code & 127] = (this.#counts[code & 127] as number) + 1;
  }

  /** Returns a lower bound of the distance: the number of characters that one text has in excess of the other. */
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

  /** Returns the distance, or Infinity when it exceeds `limit`. The limit avoids most of the table. */
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
