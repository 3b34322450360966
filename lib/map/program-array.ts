import { describeValue } from "../arguments/index.ts";
import { type Codec, u32 } from "../codec/index.ts";
import { EINVAL } from "../errors/errno.ts";
import { EncodeError, NotExistError, SystemError } from "../errors/index.ts";
import { Program } from "../program/index.ts";
import { accessOf } from "./element.ts";
import { KeyedMap } from "./keyed.ts";
import type { MapParts } from "./map-base.ts";
import type { UpdateOptions } from "./options.ts";

/**
 * Programs that a program can jump to (`bpf_tail_call`), by index.
 *
 * Each lookup opens the program anew, and the caller closes it. The kernel clears the array when its last descriptor or
 * pin is gone, even while programs use it: keep the map open.
 *
 * @since Linux 4.2; reading: 4.13
 */
export class ProgramArray extends KeyedMap<number, Program> {
  /** @internal */
  constructor(parts: MapParts) {
    super(parts, u32, program);
  }

  /** Opens the program at `index`; undefined when there is none. The caller closes it. */
  override get(index: number): Program | undefined {
    try {
      return super.get(index);
    } catch (error) {
      if (error instanceof NotExistError) return undefined;
      throw error;
    }
  }

  /** Returns the ID of the program at `index`, without opening it. Throws the errors of `get`. */
  getId(index: number): number | undefined {
    return this[accessOf].get(index, 0, u32);
  }

  /**
   * Stores a program.
   *
   * @throws {@link SystemError} (EINVAL) when the type of the program differs from that of the programs that use or are
   * in the array; {@link EncodeError} when the value is not a Program; {@link MapFullError} past the end;
   * {@link ClosedError} when the map or the program is closed.
   */
  override update(index: number, value: Program, options?: UpdateOptions): void {
    try {
      super.update(index, value, options);
    } catch (error) {
      if (!(error instanceof SystemError) || error.errno !== EINVAL) throw error;
      throw new SystemError(`program "${value.name}" cannot be put into "${this.name}"`, {
        operation: "update",
        errno: EINVAL,
        remedy: "All programs in a program array, and those that jump through it, must have the same type",
      });
    }
  }
}

const program: Codec<Program> = {
  size: 4,
  name: "program",
  read: (view, offset) => Program.fromId(u32.read(view, offset)),
  write(view, offset, value) {
    if (!(value instanceof Program))
      throw new EncodeError({
        path: "program",
        type: "program",
        expected: "a Program",
        received: describeValue(value),
      });
    u32.write(view, offset, value.fd);
  },
};
