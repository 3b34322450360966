import type { SocketLike } from "../arguments/socket.ts";
import { type Codec, i32, type Storable } from "../codec/index.ts";
import { ENOENT, ESRCH } from "../errno.ts";
import { Access } from "./access.ts";
import { MapBase, type MapParts } from "./base.ts";
import { mapError } from "./errors.ts";
import { type BorrowedFd, fileFd, type HasFd, processFd, socketFd } from "./file-descriptor.ts";
import { elementFlags, type ReadOptions, type UpdateOptions } from "./options.ts";

/**
 * Values that the kernel keeps with something of its own, and drops with it. User space reaches the value of an owner
 * that it can name; it cannot go through all.
 */
export abstract class StorageMap<Owner, V> extends MapBase {
  readonly #access: Access<number, V, Storable<V>>;

  /** @internal */
  constructor(parts: MapParts, value: Codec<V>) {
    super(parts);
    this.#access = new Access(this, parts, i32, value, value);
  }

  protected abstract open(owner: Owner): BorrowedFd;

  /**
   * The value of an owner; undefined when it has none.
   *
   * @throws EncodeError when the owner cannot be named so; MapAccessError; ClosedError.
   */
  get(owner: Owner, options?: ReadOptions): V | undefined {
    return this.#with(owner, (fd) => this.#access.get(fd, elementFlags(options), this.#access.value));
  }

  /** The value of an owner. @throws KeyNotExistError when it has none, and what `get` throws. */
  lookup(owner: Owner, options?: ReadOptions): V {
    const value = this.get(owner, options);
    if (value === undefined) throw mapError("lookup", this, -ENOENT);
    return value;
  }

  /** Whether an owner has a value. Throws what `get` throws. */
  has(owner: Owner): boolean {
    return this.get(owner) !== undefined;
  }

  /** Makes or replaces the value of an owner. Throws what `update` throws. */
  set(owner: Owner, value: Storable<V>): this {
    this.update(owner, value);
    return this;
  }

  /**
   * Stores the value of an owner.
   *
   * @throws EncodeError when the value does not fit its C type or the owner cannot be named so; KeyExistError,
   * KeyNotExistError by the mode; MapAccessError; ClosedError; SystemError when there is no such owner any more.
   */
  update(owner: Owner, value: Storable<V>, options?: UpdateOptions): void {
    this.#with(owner, (fd) => this.#access.update(fd, value, elementFlags(options), this.#access.input));
  }

  /** Removes the value of an owner, and says whether there was one. Throws what `get` throws. */
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

/** A value with each socket. Linux 5.2. */
export class SkStorage<V = unknown> extends StorageMap<SocketLike, V> {
  protected override open(socket: SocketLike): BorrowedFd {
    return { fd: socketFd(socket), done() {} };
  }
}

/** A value with each file (inode), given by its path or a descriptor. Linux 5.10. */
export class InodeStorage<V = unknown> extends StorageMap<string | number | HasFd, V> {
  protected override open(file: string | number | HasFd): BorrowedFd {
    return fileFd(file, "file");
  }
}

/** A value with each process, given by its number. Linux 5.11. */
export class TaskStorage<V = unknown> extends StorageMap<number, V> {
  protected override open(pid: number): BorrowedFd {
    return processFd(pid);
  }
}

/** A value with each cgroup (version 2), given by its path or a descriptor. Linux 6.2. */
export class CgrpStorage<V = unknown> extends StorageMap<string | number | HasFd, V> {
  protected override open(cgroup: string | number | HasFd): BorrowedFd {
    return fileFd(cgroup, "cgroup");
  }
}
