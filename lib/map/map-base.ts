import { readFileSync } from "node:fs";
import { EBUSY, EPERM } from "../errors/errno.ts";
import { MapAccessError, PermissionError, SystemError } from "../errors/index.ts";
import { rethrowUnlessHidden } from "../kernel/file-error.ts";
import { ask } from "../live/ask.ts";
import { cloneHandle } from "../live/clone.ts";
import { closedOnError } from "../live/closing.ts";
import { pin, unpin } from "../live/pin.ts";
import { handleOf, Resource } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import type { NativeMapInfo } from "../native/map.ts";
import { type MapFlag, type MapType, mapFlagNames, mapTypeName } from "../spec/index.ts";

export declare const readBy: unique symbol;

/** A map that a reader class accepts: a map of the type that it reads, or a map of unknown type. `"nothing"` reads the others. */
export type ReadableBy<Reader> = MapBase & { readonly [readBy]?: Reader };

/** The arguments of the constructors of all map classes. */
export interface MapParts {
  readonly handle: Handle;
  /** Name in the object file; for a map from elsewhere, the name in the kernel. */
  readonly name: string;
  readonly info: NativeMapInfo;
  /** Creates another object for a handle of the same map. */
  readonly remake?: (parts: MapParts) => MapBase;
}

/** Properties of a map as reported by the kernel. */
export interface MapInfo {
  /** ID of the map in the kernel, unique among the existing maps. */
  readonly id: number;
  /** The type of the map. A type that this package does not know is `unknown-` and its number. */
  readonly type: MapType;
  /** Name in the kernel, at most 15 characters. */
  readonly name: string;
  /** Size of a key in bytes. */
  readonly keySize: number;
  /** Size of a value in bytes; for a per-CPU map, of the value of one CPU. */
  readonly valueSize: number;
  /** Maximum number of entries. For a ring buffer, bytes; for an arena, pages. */
  readonly maxEntries: number;
  /** The BPF_F_* flags of the map, by name. */
  readonly flags: readonly MapFlag[];
  /**
   * Hash functions of a bloom filter, or address of an arena; 0n for other maps.
   *
   * @since Linux 5.16
   */
  readonly mapExtra: bigint;
  /** Index of the network device that the map is offloaded to; 0 for none. */
  readonly ifindex: number;
  /** ID of the BTF object that the map was created with; 0 for none. */
  readonly btfId: number;
  /** True when user space can no longer write to the map. */
  readonly frozen: boolean;
  /** Bytes of kernel memory charged to the map. */
  readonly memory: number;
}

/**
 * The base class of all maps.
 *
 * The kernel keeps a map as long as a descriptor, a program or a pin refers to it.
 */
export abstract class MapBase extends Resource {
  /** Class that reads the records; exists for the compiler only. */
  // biome-ignore lint/suspicious/noExplicitAny: the type is checked at run time
  declare readonly [readBy]?: any;
  /** Name in the object file; for a map from elsewhere, the name in the kernel. */
  readonly name: string;
  /** The type of the map. A type that this package does not know is `unknown-` and its number. */
  readonly type: MapType;
  /** Size of a key in bytes. */
  readonly keySize: number;
  /** Size of a value in bytes; for a per-CPU map, of the value of one CPU. */
  readonly valueSize: number;
  /** Maximum number of entries. For a ring buffer, bytes; for an arena, pages. */
  readonly maxEntries: number;
  /** ID of the map in the kernel, unique among the existing maps. */
  readonly id: number;
  readonly #flags: number;
  readonly #remake: MapParts["remake"];
  readonly #pins = new Set<string>();

  /** @internal */
  constructor(parts: MapParts) {
    super(parts.handle, `map "${parts.name}"`, native().mapClose);
    const { info } = parts;
    this.name = parts.name;
    this.type = mapTypeName(info.type);
    this.keySize = info.keySize;
    this.valueSize = info.valueSize;
    this.maxEntries = info.maxEntries;
    this.id = info.id;
    this.#flags = info.flags;
    this.#remake = parts.remake;
  }

  /** The BPF_F_* flags of the map, by name. */
  get flags(): readonly MapFlag[] {
    return mapFlagNames(this.#flags);
  }

  /** @internal */
  get flagBits(): number {
    return this.#flags;
  }

  /**
   * The file descriptor. This object owns it and closes it in `close`.
   *
   * @throws {@link ClosedError} after `close`.
   */
  get fd(): number {
    return native().mapFd(this[handleOf]);
  }

  /**
   * Returns another object for the same map, with its own descriptor and the same types, for code that closes the maps
   * that it receives.
   *
   * @returns A map that the caller closes.
   * @throws {@link ClosedError} after `close`; {@link SystemError} without a free descriptor.
   */
  clone(): this {
    const { name } = this;
    const own = this[handleOf];
    const handle = cloneHandle(`map "${name}"`, () => native().mapClone(own));
    return closedOnError(handle, native().mapClose, () => {
      const info = ask(`map "${name}"`, ["bpf"], () => native().mapInfo(handle));
      return (this.#remake as (parts: MapParts) => MapBase)({ handle, name, info }) as this;
    });
  }

  /**
   * Returns the current properties of the map in the kernel.
   *
   * @throws {@link PermissionError} on kernels that require CAP_BPF; {@link ClosedError} after `close`.
   */
  info(): MapInfo {
    const handle = this[handleOf];
    const raw = ask(`map "${this.name}"`, ["bpf"], () => native().mapInfo(handle));
    const text = fdInfo(this.fd);
    return {
      id: raw.id,
      type: mapTypeName(raw.type),
      name: raw.name,
      keySize: raw.keySize,
      valueSize: raw.valueSize,
      maxEntries: raw.maxEntries,
      flags: mapFlagNames(raw.flags),
      mapExtra: raw.mapExtra,
      ifindex: raw.ifindex,
      btfId: raw.btfId,
      frozen: text.get("frozen") === "1",
      memory: Number(text.get("memlock") ?? 0),
    };
  }

  /** @internal */
  protected override inspectedFields(): object {
    const { type, keySize, valueSize, maxEntries, id, flags } = this;
    return { type, keySize, valueSize, maxEntries, ...(flags.length > 0 && { flags: flags.join(" ") }), id };
  }

  /**
   * Pins the map at a path in a bpffs such as `/sys/fs/bpf`. The pin keeps the map alive and lets other processes open
   * it. Missing directories are created.
   *
   * @throws {@link PinError} when the path exists or is not on a bpffs; {@link PermissionError}; {@link ClosedError}
   * after `close`.
   */
  pin(path: string): void {
    const handle = this[handleOf];
    pin(`map "${this.name}"`, path, (to) => native().mapPin(handle, to));
    this.#pins.add(path);
  }

  /** @internal */
  rememberPin(path: string): this {
    this.#pins.add(path);
    return this;
  }

  /**
   * Removes a pin. The map exists as long as something else refers to it, such as this object.
   *
   * @param path - Default: all paths that `pin` and `fromPin` were called with, and the one where loading pinned the map or
   * found it pinned, unless they were unpinned since.
   * @throws {@link PinError} when nothing is pinned at the path; {@link ClosedError} after `close`.
   */
  unpin(path?: string): void {
    this.assertOpen();
    for (const pinned of path === undefined ? [...this.#pins] : [path]) {
      unpin(`map "${this.name}"`, pinned);
      this.#pins.delete(pinned);
    }
  }

  /**
   * Makes the map read-only for user space, permanently. Programs can still write to it.
   *
   * @throws {@link MapAccessError} when the map is already frozen, or its memory is mapped for writing (`memory`,
   * variables).
   * @throws {@link ClosedError} after `close`.
   * @since Linux 5.2
   */
  freeze(): void {
    const status = native().mapFreeze(this[handleOf]);
    if (status === 0) return;
    const options = { operation: "freeze", errno: -status };
    if (-status === EBUSY || this.info().frozen) {
      throw new MapAccessError("cannot be frozen: it is already frozen, or mapped for writing", {
        map: this.name,
        ...options,
      });
    }
    if (-status === EPERM) throw new PermissionError(`cannot freeze map "${this.name}"`, options);
    throw new SystemError(`cannot freeze map "${this.name}" (${this.type})`, options);
  }
}

function fdInfo(fd: number): globalThis.Map<string, string> {
  try {
    const lines = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").split("\n");
    return new globalThis.Map(lines.map((line) => line.split(":\t", 2) as [string, string]));
  } catch (cause) {
    rethrowUnlessHidden(`/proc/self/fdinfo/${fd}`, cause);
    return new globalThis.Map();
  }
}
