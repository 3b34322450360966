/** The number of each name in a list of kernel names. */
export function indexByName(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, number) => [name, number]));
}
