/** The number of each name in a table of the kernel's names. */
export function indexByName(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, number) => [name, number]));
}
