import { ENOENT } from "../errors/errno.ts";
import { NoSymbolError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { type AttachPlace, attached, attempt } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import type { Link } from "./link.ts";

/** Options of {@link freplace}. */
export interface FreplaceOptions {
  /**
   * The program that contains the function to replace. Default: the program that the extension was loaded for. Another
   * program must have a function of the same type. @since Linux 5.10
   */
  target?: Attachable;
  /** The function of `target` to replace. Default: the function of the SEC name. */
  function?: string;
}

/**
 * Replaces a function of another BPF program with an extension program.
 *
 * @returns A link that the caller closes. Closing it restores the original function.
 * @throws {@link NoSymbolError} when the target has no such replaceable function.
 * @throws {@link AttachError} when the types of the functions differ.
 * @throws {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link NotSupportedError}, {@link PermissionError},
 * {@link ClosedError}.
 *
 * @example
 * ```ts
 * using replaced = link.freplace(extension, { target: program, function: "decide" });
 * ```
 *
 * @since Linux 5.6
 */
export function freplace(program: Attachable<"ext">, options: FreplaceOptions = {}): Link {
  const attempted = attempt("freplace", program, options);
  const { target } = attempted.options;
  const name = attempted.options.function ?? program.attachTo ?? "";
  const place: AttachPlace = {
    where: target === undefined ? `function "${name}"` : `function "${name}" of program "${target.name}"`,
    explain: ({ errno }) =>
      errno !== ENOENT || target === undefined
        ? undefined
        : new NoSymbolError(`program "${target.name}" has no function "${name}"`, {
            program: program.name,
            symbol: name,
            nearest: [],
            errno,
            remedy: "Only global functions that were not inlined can be replaced",
          }),
  };
  return attached(attempted, place, () =>
    native().linkCreate(attempted.handle, {
      // An extension has no attach type. The kernel identifies it by its program type.
      attachType: 0,
      ...(target !== undefined && { targetProgram: target[handleOf], function: name }),
    }),
  );
}
