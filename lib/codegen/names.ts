/** Words that cannot name a variable or a type in a module. */
const reserved = new Set(
  (
    "await break case catch class const continue debugger default delete do else enum export extends false finally " +
    "for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof var void while with yield arguments eval " +
    "any bigint boolean never null number object string symbol undefined unknown"
  ).split(" "),
);

/** `ConnInfo` for `conn_info`, `SkBuff` for `__sk_buff`. Keeps capitals of the name. */
export function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9$]+/).filter((word) => word !== "");
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z_$]/.test(joined) ? joined : `_${joined}`;
}

export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  // Lowers a run of capitals except for the start of the next word: `IPFilter` becomes `ipFilter`.
  return pascal.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+(?=[\d_$]|$)|^[A-Z]/, (capitals) =>
    capitals.toLowerCase(),
  );
}

/** `tcp_rtt_sockops` for `TcpRttSockops`, `ip_filter` for `IPFilter`. */
export function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();
}

/** Allocates the names of one module. A second request for `Event` returns `Event_2`. */
export class Names {
  readonly #taken = new Set<string>();
  readonly #avoided: ReadonlySet<string>;

  /** @param avoided - Names that only `claim` allocates: names of the language and possible imports. */
  constructor(avoided: Iterable<string>) {
    this.#avoided = new Set(avoided);
  }

  /** Allocates a name whose derived forms are all free: `Event`, `readEvent`, `eventCodec`. */
  take(wanted: string, formsOf: (name: string) => string[] = (name) => [name]): string {
    return this.#first(wanted, formsOf, (name) => this.#taken.has(name) || this.#avoided.has(name));
  }

  /** Like `take` for an import, which may have an avoided name. */
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
