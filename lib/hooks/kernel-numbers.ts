import { UnknownNameError } from "../errors/index.ts";

/** The numbers of an enum of the kernel by name. A number that is newer than this package has the name `unknown-NUMBER`. */
export interface KernelNumbers<Name extends string> {
  /** @throws {@link UnknownNameError} */
  of(name: Name): number;
  /** Undefined for an unknown name. */
  find(name: string): number | undefined;
  nameOf(number: number): Name;
}

/**
 * @param what - For messages: `program type`.
 * @param names - The names in the order of their numbers.
 */
export function kernelNumbers<Name extends string>(
  what: string,
  names: readonly Name[],
): KernelNumbers<Name | `unknown-${number}`> {
  const numbers = new Map<string, number>(names.map((name, number) => [name, number]));
  const find = (name: string): number | undefined => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const number = Number(/^unknown-(\d{1,10})$/.exec(name)?.[1]);
    return number >= names.length && `unknown-${number}` === name ? number : undefined;
  };
  return {
    find,
    of(name) {
      const number = find(name);
      if (number === undefined) throw new UnknownNameError({ what, wanted: String(name), known: names });
      return number;
    },
    nameOf: (number) => names[number] ?? `unknown-${number}`,
  };
}
