/** Words that cannot name a variable or a type in a module. */
const reserved = new Set(
  (
    "await break case catch class const continue debugger default delete do else enum export extends false finally " +
    "for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof var void while with yield arguments eval " +
    "any bigint boolean never null number object string symbol undefined unknown"
  ).split(" "),
);

/** `ConnInfo` for `conn_info`, `SkBuff` for `__sk_buff`; the capitals that a name has stay. */
export function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9$]+/).filter((word) => word !== "");
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z_$]/.test(joined) ? joined : `_${joined}`;
}

export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  // Of a run of capitals, all but the one that begins the next word: `IPFilter` becomes `ipFilter`.
  return pascal.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+(?=[\d_$]|$)|^[A-Z]/, (capitals) =>
    capitals.toLowerCase(),
  );
}

/** Gives out the names of one module: the second who wants `Event` gets `Event_2`. */
export class Names {
  readonly #taken = new Set<string>();
  readonly #avoided: ReadonlySet<string>;

  /** @param avoided - What only `claim` gives out: names of the language and of what may be imported. */
  constructor(avoided: Iterable<string>) {
    this.#avoided = new Set(avoided);
  }

  /** A name of which none of the forms is taken: `Event`, `readEvent`, `eventCodec`. */
  take(wanted: string, formsOf: (name: string) => string[] = (name) => [name]): string {
    return this.#first(wanted, formsOf, (name) => this.#taken.has(name) || this.#avoided.has(name));
  }

  /** The same for an import, which may have the name that others avoid. */
  claim(wanted: string): string {
    return this.#first(
      wanted,
      (name) => [name],
      (name) => this.#taken.has(name),
    );
  }

  #first(wanted: string, formsOf: (name: string) => string[], isTaken: (name: string) => boolean): string {
    let name = wanted;
    for (let n = 2; formsOf(name).some((form) => isTaken(form) || reserved.has(form)); n++) {
      name = `${wanted}_${n}`;
    }
    for (const form of formsOf(name)) this.#taken.add(form);
    return name;
  }
}
