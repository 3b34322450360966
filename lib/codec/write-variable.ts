import { EncodeError } from "../errors/index.ts";
import type { Codec } from "./codec.ts";
import { namingUnknownField } from "./unknown-field.ts";

/**
 * Stores the value of a global variable.
 *
 * @throws {@link EncodeError} with the name of the variable, when the value does not fit its C type.
 */
export function writeVariable<I>(codec: Codec<unknown, I>, view: DataView, variable: string, value: I): void {
  try {
    codec.write(view, 0, value);
  } catch (cause) {
    const error = namingUnknownField(cause, codec, value);
    if (!(error instanceof EncodeError)) throw error;
    const { path, type, expected, received } = error;
    throw new EncodeError({ path, type, expected, received, variable, whole: codec.name });
  }
}
