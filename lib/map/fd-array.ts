import type { SocketLike } from "../arguments/socket.ts";
import { u32 } from "../codec/index.ts";
import { Access } from "./access.ts";
import { MapBase, type MapParts } from "./base.ts";
import { writing } from "./codecs.ts";
import { type BorrowedFd, fileFd, type HasFd, socketFd } from "./file-descriptor.ts";
import { elementFlags, type UpdateOptions } from "./options.ts";

const descriptor = writing<number>(4, "descriptor", (view, offset, fd) => u32.write(view, offset, fd));

/** An array of things that user space can put in, but not read back. */
abstract class FdArray<In> extends MapBase {
  readonly #access: Access<number, number>;

  /** @internal */
  constructor(parts: MapParts) {
    super(parts);
    this.#access = new Access(this, parts, u32, descriptor, descriptor);
  }

  protected abstract open(value: In): BorrowedFd;

  /** Puts something in. Throws what `update` throws. */
  set(index: number, value: In): this {
    this.update(index, value);
    return this;
  }

  /**
   * Puts something in.
   *
   * @throws EncodeError when it has no descriptor; MapFullError past the end; SystemError when it is of the wrong kind;
   * MapAccessError, ClosedError.
   */
  update(index: number, value: In, options?: UpdateOptions): void {
    const borrowed = this.open(value);
    try {
      this.#access.update(index, borrowed.fd, elementFlags(options), descriptor);
    } finally {
      borrowed.done();
    }
  }

  /** Empties a place, and says whether there was something. @throws MapAccessError, ClosedError. */
  delete(index: number): boolean {
    return this.#access.delete(index);
  }
}

/** Cgroups (version 2) by index, each given by its path or a descriptor, for programs to test against. Linux 4.8. */
export class CgroupArray extends FdArray<string | number | HasFd> {
  protected override open(cgroup: string | number | HasFd): BorrowedFd {
    return fileFd(cgroup, "cgroup");
  }
}

/** AF_XDP sockets by receive queue, for XDP programs to redirect packets to. Linux 4.18. */
export class XskMap extends FdArray<SocketLike> {
  protected override open(socket: SocketLike): BorrowedFd {
    return { fd: socketFd(socket), done() {} };
  }
}

declare const recordType: unique symbol;

/** Perf events by CPU: buffers that `PerfBuf` reads, or counters that programs read. Linux 4.3. */
export class PerfEventArray<R = unknown> extends FdArray<number | HasFd> {
  /** What the records are, for who reads them; it exists for the compiler only. */
  declare readonly [recordType]?: R;

  protected override open(event: number | HasFd): BorrowedFd {
    return fileFd(event, "perf event");
  }
}
