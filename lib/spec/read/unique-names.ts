/** What is to have a name that nothing else has. */
export interface Claim {
  /** The name in C. */
  readonly name: string;
  /** Static: other files may have the name too, and the linker puts both into one object. */
  readonly isLocal: boolean;
}

/**
 * A name for each, all different: `level`, `level_2`. What the linker knows keeps its own name, and so does the first
 * of the others; no second one takes a name that C gave to something else.
 */
export function uniqueNames(claims: readonly Claim[]): string[] {
  const given = new Set(claims.map(({ name }) => name));
  const taken = new Set<string>();
  const names = new Array<string>(claims.length);
  for (const locals of [false, true]) {
    for (const [i, { name, isLocal }] of claims.entries()) {
      if (isLocal !== locals) continue;
      let unique = name;
      for (let n = 2; taken.has(unique) || (unique !== name && given.has(unique)); n++)
        unique = `${name}_${n}`;
      taken.add(unique);
      names[i] = unique;
    }
  }
  return names;
}
