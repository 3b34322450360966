import { AttachTargetError, InvalidArgumentError } from "../errors/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import { whyUnattached } from "../hooks/index.ts";
import { attachDirectly } from "../link/direct.ts";
import type { Link } from "../link/index.ts";
import type { LivePrograms, LoadedProgram } from "../load/live-programs.ts";
import type { Handle } from "../native/handle.ts";

/** The attach options of each name, or false to skip it. */
export type WantedOptions = Readonly<Record<string, object | false | undefined>>;

/** The reason for a name whose options are false. */
export const LEFT_OUT = "its options are false";

/**
 * Attaches a program of a collection.
 *
 * @returns The link, its handle, or the reason for which the program was not attached.
 */
export function attachProgram(
  programs: LivePrograms,
  loaded: LoadedProgram,
  own: object | false | undefined,
  skipsUntargeted: boolean,
): Link | Handle | string {
  if (own === undefined && loaded.isManual !== true) {
    const link = attachDirectly(loaded, programs.handle(loaded));
    if (link !== undefined) return link;
  }
  const never = whyNever(loaded);
  if (never !== undefined) return never;
  if (own === false) return LEFT_OUT;
  try {
    return programs.get(loaded).attach(own);
  } catch (error) {
    if (!skipsUntargeted || !(error instanceof AttachTargetError)) throw error;
    return error.message;
  }
}

/** The reason why `attach` of a collection never attaches a program. Undefined if it can attach it. */
function whyNever({ type, attachType, isManual }: LoadedProgram): string | undefined {
  const why = whyUnattached(type, attachType)?.reason;
  return why ?? (isManual === true ? "autoattach of its spec is false" : undefined);
}

/**
 * Checks that every name can be attached and returns the options by name.
 *
 * @param names - The names of all programs of the spec, loaded or not.
 */
export function checkWanted(
  options: object,
  collection: string,
  loaded: readonly LoadedProgram[],
  structOps: readonly string[],
  names: readonly string[],
): WantedOptions {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new InvalidArgumentError(
      `options of attach of collection "${collection}": expected an object by the names of programs`,
    );
  const wanted: Record<string, unknown> = Object.assign(Object.create(null), options);
  const given = Object.entries(wanted);
  if (given.length === 0) return wanted as WantedOptions;
  const known = [
    ...loaded.filter((program) => whyNever(program) === undefined).map(({ name }) => name),
    ...structOps,
  ];
  for (const [name, own] of given) {
    if (!known.includes(name)) {
      // false is also valid for a program that is never attached or was not loaded.
      if (own === false && names.includes(name)) continue;
      const never = loaded.find((program) => program.name === name);
      const why = never && whyNever(never);
      const [nearest] = nearestNames(name, known);
      throw new InvalidArgumentError(
        `collection "${collection}" cannot attach "${name}"${why === undefined ? "" : `: ${why}`}`,
        { remedy: why === undefined && nearest !== undefined ? `Did you mean "${nearest}"?` : undefined },
      );
    }
    if (own !== undefined && own !== false && (typeof own !== "object" || own === null))
      throw new InvalidArgumentError(
        `options of program "${name}": expected an object, or false to leave it out`,
      );
  }
  return wanted as WantedOptions;
}
