import type { SocketLike } from "../arguments/socket.ts";
import { u32 } from "../codec/index.ts";
import { Access } from "./access.ts";
import { type BorrowedFd, fileFd, type HasFd, socketFd } from "./file-descriptor.ts";
import { writing } from "./kernel-codecs.ts";
import { MapBase, type MapParts, type readBy } from "./map-base.ts";
import { elementFlags, type UpdateOptions } from "./options.ts";

const descriptor = writing<number>(4, "descriptor", (view, offset, fd) => u32.write(view, offset, fd));

/** An array whose entries user space can write, but not read. */
abstract class FdArray<In> extends MapBase {
  readonly #access: Access<number, number>;

  /** @internal */
  constructor(parts: MapParts) {
    super(parts);
    this.#access = new Access(this, parts, u32, descriptor, descriptor);
  }

  protected abstract open(value: In): BorrowedFd;

  /** Stores an entry. Throws the errors of `update`. */
  set(index: number, value: In): this {
    this.update(index, value);
    return this;
  }

  /**
   * Stores an entry.
   *
   * @throws {@link EncodeError} when the value has no descriptor; {@link MapFullError} past the end;
   * {@link SystemError} when the value has the wrong type; {@link MapAccessError}, {@link ClosedError}.
   */
  update(index: number, value: In, options?: UpdateOptions): void {
    const borrowed = this.open(value);
    try {
      this.#access.update(index, borrowed.fd, elementFlags(options), descriptor);
    } finally {
      borrowed.done();
    }
  }

  /**
   * Removes an entry and returns whether it existed.
   *
   * @throws {@link MapAccessError}, {@link ClosedError}.
   */
  delete(index: number): boolean {
    return this.#access.delete(index);
  }
}

/**
 * Cgroups (version 2) by index, each given by its path or a descriptor. Programs test whether a task is in one.
 *
 * @since Linux 4.8
 */
export class CgroupArray extends FdArray<string | number | HasFd> {
  protected override open(cgroup: string | number | HasFd): BorrowedFd {
    return fileFd(cgroup, "cgroup");
  }
}

/**
 * AF_XDP sockets by receive queue, to which XDP programs redirect packets.
 *
 * @since Linux 4.18
 */
export class XskMap extends FdArray<SocketLike> {
  protected override open(socket: SocketLike): BorrowedFd {
    return { fd: socketFd(socket), done() {} };
  }
}

declare const recordType: unique symbol;

/**
 * Perf events by CPU: buffers that `PerfBuf` reads, or counters that programs read.
 *
 * @since Linux 4.3
 */
export class PerfEventArray<R = unknown> extends FdArray<number | HasFd> {
  declare readonly type: "perf-event-array";
  declare readonly [readBy]?: "PerfBuf";
  /** Type of the records; exists for the compiler only. */
  declare readonly [recordType]?: R;

  protected override open(event: number | HasFd): BorrowedFd {
    return fileFd(event, "perf event");
  }
}
