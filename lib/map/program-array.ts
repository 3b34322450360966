import { describeValue } from "../arguments/index.ts";
import { type Codec, u32 } from "../codec/index.ts";
import { EINVAL } from "../errno.ts";
import { EncodeError, NotExistError, SystemError } from "../errors.ts";
import { Program } from "../program/index.ts";
import type { MapParts } from "./base.ts";
import { accessOf } from "./element.ts";
import { KeyedMap } from "./keyed.ts";
import type { UpdateOptions } from "./options.ts";

/**
 * Programs that a program can jump to (`bpf_tail_call`), by index. Linux 4.2; reading it, 4.13.
 *
 * What comes out is opened anew each time, and the caller closes it. The kernel empties the array when the last
 * descriptor or pin of it is gone, though programs may still use it: keep it open.
 */
export class ProgramArray extends KeyedMap<number, Program> {
  /** @internal */
  constructor(parts: MapParts) {
    super(parts, u32, program);
  }

  /** The program at `index`, opened for the caller to close; undefined when there is none. */
  override get(index: number): Program | undefined {
    try {
      return super.get(index);
    } catch (error) {
      if (error instanceof NotExistError) return undefined;
      throw error;
    }
  }

  /** The kernel's number of the program at `index`, without opening it. Throws what `get` throws. */
  getId(index: number): number | undefined {
    return this[accessOf].get(index, 0, u32);
  }

  /**
   * Puts a program in.
   *
   * @throws SystemError (EINVAL) when it is not of the type of the programs that use or fill the array; EncodeError
   * when it is no program; MapFullError past the end; ClosedError when either is closed.
   */
  override update(index: number, value: Program, options?: UpdateOptions): void {
    try {
      super.update(index, value, options);
    } catch (error) {
      if (!(error instanceof SystemError) || error.errno !== EINVAL) throw error;
      throw new SystemError(`program "${value.name}" cannot be put into "${this.name}"`, {
        operation: "update",
        errno: EINVAL,
        remedy: "All programs of such an array, and those that jump through it, must be of one type and kind",
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
      throw new EncodeError("program", "program", "a Program", describeValue(value));
    u32.write(view, offset, value.fd);
  },
};
