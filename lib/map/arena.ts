import { checkU64 } from "../arguments/index.ts";
import { InvalidArgumentError, NotSupportedError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { MapBase, type readBy } from "./map-base.ts";
import { mapping } from "./mapping.ts";

/**
 * Memory shared by programs and user space, in which pointers are valid for both. A page is allocated at its first use.
 * If the kernel has no memory left, the first use of a page kills the process, as for any memory.
 *
 * @since Linux 6.9
 */
export class Arena extends MapBase {
  /** Class that reads the records; exists for the compiler only. */
  declare readonly [readBy]?: "nothing";
  /** Maximum size, in pages. */
  get pages(): number {
    return this.maxEntries;
  }

  /**
   * Maps the whole arena into memory. The buffer has length 0 after the map is closed.
   *
   * @throws {@link NotSupportedError} for an arena with the flag `segv-on-fault`, whose unused pages kill the process,
   * and when the runtime does not support external memory.
   * @throws {@link SystemError} when this process already uses the address range of the arena (EEXIST), or when another
   * process has mapped the arena at a different address (EBUSY, EINVAL).
   * @throws {@link ClosedError} after `close`.
   */
  memory(): ArrayBuffer {
    if (this.flags.includes("segv-on-fault")) {
      throw new NotSupportedError(
        `arena "${this.name}" cannot be mapped: an access to an unused page would kill the process`,
        {
          operation: "mmap",
          remedy: 'Create the arena without the flag "segv-on-fault"',
        },
      );
    }
    return mapping(this, true);
  }

  /**
   * Converts a pointer of a program to an offset in the memory.
   *
   * @throws {@link InvalidArgumentError} when the pointer is outside the arena.
   */
  offsetOf(pointer: bigint): number {
    const address = checkU64(pointer, `pointer into arena "${this.name}"`);
    const length = BigInt(this.memory().byteLength);
    // Compares only the lower 32 bits: programs and user space have different upper halves.
    const offset = BigInt.asUintN(32, address - this.address);
    if (offset < length) return Number(offset);
    throw new InvalidArgumentError(`0x${address.toString(16)} is not an address in arena "${this.name}"`);
  }

  /** The address at which the memory begins, as in pointers of programs. */
  get address(): bigint {
    this.memory();
    return native().mapMemoryAddress(this[handleOf]);
  }
}
