import type { SocketLike } from "../arguments/socket.ts";
import { u32 } from "../codec/index.ts";
import { withCgroup } from "../link/target/cgroup.ts";
import { Access } from "./access.ts";
import { fileFd, type HasFd, socketFd } from "./file-descriptor.ts";
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

  /** Calls `use` with the descriptor of a value, which is open until it returns. */
  protected abstract lend(value: In, use: (fd: number) => void): void;

  /** Stores an entry. Throws the errors of `update`. */
  set(index: number, value: In): this {
    this.update(index, value);
    return this;
  }

  /**
   * Stores an entry.
   *
   * @throws {@link EncodeError} when the value has no descriptor; {@link InvalidArgumentError} when there is no such
   * cgroup; {@link MapFullError} past the end;
   * {@link SystemError} when the value has the wrong type; {@link MapAccessError}, {@link ClosedError}.
   */
  update(index: number, value: In, options?: UpdateOptions): void {
    const flags = elementFlags(options);
    this.lend(value, (fd) => this.#access.update(index, fd, flags, descriptor));
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
 * Cgroups (version 2) by index. Each is given as for `link.cgroup`: by a folder, a path below the cgroup2 mount (`"."` is
 * the mount itself) or a descriptor. Programs test whether a task is in one.
 *
 * @since Linux 4.8
 */
export class CgroupArray extends FdArray<string | number | HasFd> {
  /** Class that reads the records; exists for the compiler only. */
  declare readonly [readBy]?: "nothing";
  protected override lend(cgroup: string | number | HasFd, use: (fd: number) => void): void {
    if (typeof cgroup === "string") withCgroup(cgroup, use);
    else lendFile(cgroup, "cgroup", use);
  }
}

/**
 * AF_XDP sockets by receive queue, to which XDP programs redirect packets.
 *
 * @since Linux 4.18
 */
export class XskMap extends FdArray<SocketLike> {
  /** Class that reads the records; exists for the compiler only. */
  declare readonly [readBy]?: "nothing";
  protected override lend(socket: SocketLike, use: (fd: number) => void): void {
    use(socketFd(socket));
  }
}

declare const recordType: unique symbol;

/**
 * Perf events by CPU: buffers that `PerfBuf` reads, or counters that programs read.
 *
 * @since Linux 4.3
 */
export class PerfEventArray<R = unknown> extends FdArray<number | HasFd> {
  /** The type of the map. */
  declare readonly type: "perf-event-array";
  /** Class that reads the records; exists for the compiler only. */
  declare readonly [readBy]?: "PerfBuf";
  /** Type of the records; exists for the compiler only. */
  declare readonly [recordType]?: R;

  protected override lend(event: number | HasFd, use: (fd: number) => void): void {
    lendFile(event, "perf event", use);
  }
}

function lendFile(file: number | HasFd, what: string, use: (fd: number) => void): void {
  const borrowed = fileFd(file, what);
  try {
    use(borrowed.fd);
  } finally {
    borrowed.done();
  }
}
