import { ENOENT } from "../errno.ts";
import { NoSymbolError } from "../errors.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { attached, attempt, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";

export interface FreplaceOptions {
  /**
   * The program whose function is replaced. Default: the one that the extension was loaded for. Another one can be
   * given from Linux 5.10, if its function has the same type.
   */
  target?: Attachable;
  /** The function to replace in `target`. Default: the one of the SEC name. */
  function?: string;
}

/**
 * Puts an extension program in the place of a function of another program.
 *
 * @returns A link that the caller closes, which puts the function back.
 * @throws NoSymbolError when the target has no such function that can be replaced.
 * @throws AttachError when the types differ, ProgramTypeError, PermissionError, ClosedError.
 *
 * Linux 5.6.
 */
export function freplace(program: Attachable, options: FreplaceOptions = {}): Link {
  const attempted = attempt("freplace", program, options);
  const { target } = attempted.options;
  const name = attempted.options.function ?? program.attachTo ?? "";
  const place: Place = {
    where: target === undefined ? `function "${name}"` : `function "${name}" of program "${target.name}"`,
    explain: ({ errno }) =>
      errno !== ENOENT || target === undefined
        ? undefined
        : new NoSymbolError(program.name, `program "${target.name}" has no function "${name}"`, name, [], {
            errno,
            remedy: "Only global functions that were not inlined can be replaced",
          }),
  };
  return attached(attempted, place, () =>
    native().linkCreate(attempted.handle, {
      // The kernel goes by the type of the program; an extension has no attach type.
      attachType: 0,
      ...(target !== undefined && { targetProgram: target[handleOf], function: name }),
    }),
  );
}
