/** A variable or function that needs a unique name. */
export interface Claim {
  /** The name in C. */
  readonly name: string;
  /** Whether it is static. Other files may have the same static name, and the linker puts both into one object. */
  readonly isLocal: boolean;
}

/**
 * Returns a unique name for each claim: `level`, `level_2`. Global names and the first local one are kept. A new name
 * is never a name that exists in C.
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
