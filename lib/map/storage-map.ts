import type { SocketLike } from "../arguments/socket.ts";
import { type Codec, i32, type Storable } from "../codec/index.ts";
import { ENOENT, ESRCH } from "../errors/errno.ts";
import { Access } from "./access.ts";
import { mapError } from "./errors.ts";
import { type BorrowedFd, fileFd, type HasFd, processFd, socketFd } from "./file-descriptor.ts";
import { MapBase, type MapParts, type readBy } from "./map-base.ts";
import { elementFlags, type ReadOptions, type UpdateOptions } from "./options.ts";

/**
 * Values that the kernel attaches to an owner (a socket, file, process or cgroup) and frees with it. User space can
 * access the value of a known owner; it cannot iterate.
 *
 * @example
 * ```ts
 * // The owner of a value in task storage is a process or thread.
 * const value = coll.map("per_task", TaskStorage).get(process.pid);
 * ```
 */
export abstract class StorageMap<Owner, V> extends MapBase {
  /** Class that reads the records; exists for the compiler only. */
  declare readonly [readBy]?: "nothing";
  readonly #access: Access<number, V, Storable<V>>;

  /** @internal */
  constructor(parts: MapParts, value: Codec<V>) {
    super(parts);
    this.#access = new Access(this, parts, i32, value, value);
  }

  protected abstract open(owner: Owner): BorrowedFd;

  /**
   * Returns the value of an owner; undefined when it has none.
   *
   * @throws {@link EncodeError} when the owner is invalid; {@link MapAccessError}; {@link ClosedError}.
   */
  get(owner: Owner, options?: ReadOptions): V | undefined {
    return this.#with(owner, (fd) => this.#access.get(fd, elementFlags(options), this.#access.value));
  }

  /**
   * Returns the value of an owner.
   *
   * @throws {@link KeyNotExistError} when it has none, and the errors of `get`.
   */
  lookup(owner: Owner, options?: ReadOptions): V {
    const value = this.get(owner, options);
    if (value === undefined) throw mapError("lookup", this, -ENOENT);
    return value;
  }

  /** Returns whether an owner has a value. Throws the errors of `get`. */
  has(owner: Owner): boolean {
    return this.get(owner) !== undefined;
  }

  /** Creates or replaces the value of an owner. Throws the errors of `update`. */
  set(owner: Owner, value: Storable<V>): this {
    this.update(owner, value);
    return this;
  }

  /**
   * Stores the value of an owner.
   *
   * @throws {@link EncodeError} when the value does not fit its C type, or the owner is invalid; {@link KeyExistError},
   * {@link KeyNotExistError} depending on the mode; {@link MapAccessError}; {@link ClosedError}; {@link SystemError}
   * when the owner no longer exists.
   */
  update(owner: Owner, value: Storable<V>, options?: UpdateOptions): void {
    this.#with(owner, (fd) => this.#access.update(fd, value, elementFlags(options), this.#access.input));
  }

  /** Removes the value of an owner and returns whether it existed. Throws the errors of `get`. */
  delete(owner: Owner): boolean {
    return this.#with(owner, (fd) => this.#access.delete(fd));
  }

  #with<T>(owner: Owner, operation: (fd: number) => T): T {
    const { fd, done } = this.open(owner);
    if (fd < 0) throw mapError("open owner", this, fd === -ESRCH ? -ESRCH : fd);
    try {
      return operation(fd);
    } finally {
      done();
    }
  }
}

/**
 * A value for each socket.
 *
 * @since Linux 5.2
 */
export class SkStorage<V = unknown> extends StorageMap<SocketLike, V> {
  protected override open(socket: SocketLike): BorrowedFd {
    return { fd: socketFd(socket), done() {} };
  }
}

/**
 * A value for each file (inode), given by its path or a descriptor.
 *
 * @since Linux 5.10
 */
export class InodeStorage<V = unknown> extends StorageMap<string | number | HasFd, V> {
  protected override open(file: string | number | HasFd): BorrowedFd {
    return fileFd(file, "file");
  }
}

/**
 * A value for each process, given by its process ID.
 *
 * @since Linux 5.11
 */
export class TaskStorage<V = unknown> extends StorageMap<number, V> {
  protected override open(pid: number): BorrowedFd {
    return processFd(pid);
  }
}

/**
 * A value for each cgroup (version 2), given by its path or a descriptor.
 *
 * @since Linux 6.2
 */
export class CgrpStorage<V = unknown> extends StorageMap<string | number | HasFd, V> {
  protected override open(cgroup: string | number | HasFd): BorrowedFd {
    return fileFd(cgroup, "cgroup");
  }
}
