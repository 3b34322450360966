/** The beginning of every message about a failed attachment; the place, or a colon and the reason, follows. */
export function cannotAttach(program: string): string {
  return `cannot attach program "${program}"`;
}
