import { checkU64 } from "../arguments/index.ts";
import { InvalidArgumentError, NotSupportedError } from "../errors.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { MapBase } from "./base.ts";
import { mapping } from "./mapping.ts";

/**
 * Memory that programs and user space share, pointers in it included. Pages come into being when they are first used;
 * should the kernel have none left, touching a new one ends the process, as with any memory. Linux 6.9.
 */
export class Arena extends MapBase {
  /** Pages that it can have at most. */
  get pages(): number {
    return this.maxEntries;
  }

  /**
   * The whole arena. The buffer has length 0 after the map is closed.
   *
   * @throws NotSupportedError for one made with the flag `segv-on-fault`, whose unused pages end the process that
   * touches them, and where the runtime has no such memory; SystemError when this process uses the addresses that the
   * arena asks for (EEXIST), or that another process has it at (EBUSY, EINVAL); ClosedError after `close`.
   */
  memory(): ArrayBuffer {
    if (this.flags.includes("segv-on-fault")) {
      throw new NotSupportedError(
        `arena "${this.name}" cannot be mapped: touching an unused page would end the process`,
        {
          operation: "mmap",
          remedy: 'Make it without the flag "segv-on-fault"',
        },
      );
    }
    return mapping(this, true);
  }

  /**
   * Where in the memory a pointer of a program points.
   *
   * @throws InvalidArgumentError when it points elsewhere.
   */
  offsetOf(pointer: bigint): number {
    checkU64(pointer, `pointer into arena "${this.name}"`);
    const length = BigInt(this.memory().byteLength);
    // Programs keep the lower half of the address; the upper half may be theirs or user space's.
    const offset = BigInt.asUintN(32, pointer - this.address);
    if (offset < length) return Number(offset);
    throw new InvalidArgumentError(`0x${pointer.toString(16)} is no address in arena "${this.name}"`);
  }

  /** Where the memory begins, as pointers in it have it. */
  get address(): bigint {
    this.memory();
    return native().mapMemoryAddress(this[handleOf]);
  }
}
