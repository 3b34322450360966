import { readFileSync, unlinkSync } from "node:fs";
import { EACCES, EBUSY, EEXIST, ENOENT, EPERM } from "../errno.ts";
import { InvalidArgumentError, MapAccessError, PermissionError, SystemError } from "../errors.ts";
import type { Handle } from "../native/handle.ts";
import type { NativeMapInfo } from "../native/map.ts";
import { native } from "../native.ts";
import { handleOf, Resource } from "../resource.ts";
import { type MapFlag, type MapType, mapFlags, mapTypeName } from "../spec/index.ts";

/** What every class of maps is made from. */
export interface MapParts {
  readonly handle: Handle;
  /** As the object, or else the kernel, calls it. */
  readonly name: string;
  readonly info: NativeMapInfo;
}

/** What the kernel says of a map. */
export interface MapInfo {
  readonly id: number;
  readonly type: MapType;
  /** As the kernel keeps it: at most 15 characters. */
  readonly name: string;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes; of a per-CPU map, those of one CPU. */
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: readonly MapFlag[];
  readonly mapExtra: bigint;
  /** The network device that the map is offloaded to; 0 for none. */
  readonly ifindex: number;
  /** The types that the map was made with; 0 for none. */
  readonly btfId: number;
  /** User space can write it no more. */
  readonly frozen: boolean;
  /** Bytes of memory that the kernel counts for it. */
  readonly memory: number;
}

/**
 * What all maps have in common, whatever they hold.
 *
 * A map lives in the kernel until nobody refers to it: no descriptor, no program, no pin.
 */
export abstract class MapBase extends Resource {
  readonly name: string;
  readonly type: MapType;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes; of a per-CPU map, those of one CPU. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** The kernel's number for this map while it lives. */
  readonly id: number;
  readonly #flags: number;
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
  }

  /** BPF_F_* that it was made with, by name. */
  get flags(): readonly MapFlag[] {
    return flagNames(this.#flags);
  }

  /** The file descriptor, which this object owns: it is good until `close`. @throws ClosedError after it. */
  get fd(): number {
    return native().mapFd(this[handleOf]);
  }

  /** What the kernel says of the map now. @throws ClosedError after `close`. */
  info(): MapInfo {
    const raw = native().mapInfo(this[handleOf]);
    const text = fdInfo(this.fd);
    return {
      id: raw.id,
      type: mapTypeName(raw.type),
      name: raw.name,
      keySize: raw.keySize,
      valueSize: raw.valueSize,
      maxEntries: raw.maxEntries,
      flags: flagNames(raw.flags),
      mapExtra: raw.mapExtra,
      ifindex: raw.ifindex,
      btfId: raw.btfId,
      frozen: text.get("frozen") === "1",
      memory: Number(text.get("memlock") ?? 0),
    };
  }

  /**
   * Keeps the map alive, and for others to open, under a path in a BPF file system.
   *
   * @param path - Below a bpffs mount such as `/sys/fs/bpf`; its folder must exist.
   * @throws PermissionError without the privilege; SystemError (EEXIST) when the path is taken, (ENOENT) when its
   * folder is missing, (EINVAL or EPERM) when it is no bpffs; ClosedError after `close`.
   */
  pin(path: string): void {
    const status = native().mapPin(this[handleOf], path);
    if (status === 0) {
      this.#pins.add(path);
      return;
    }
    const errno = -status;
    const remedy = pinRemedies.get(errno);
    if (errno === EACCES)
      throw new PermissionError(`cannot pin map "${this.name}" at ${path}`, { operation: "pin", errno });
    throw new SystemError(`cannot pin map "${this.name}" at ${path}`, { operation: "pin", errno, remedy });
  }

  /**
   * Removes a pin. The map stays as long as somebody else refers to it, this object included.
   *
   * @param path - Absent, all that `pin` of this object has made.
   * @throws InvalidArgumentError when nothing is pinned at the path, ClosedError after `close`.
   */
  unpin(path?: string): void {
    this[handleOf];
    for (const pinned of path === undefined ? [...this.#pins] : [path]) {
      try {
        unlinkSync(pinned);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" && path === undefined) continue;
        if (code === "ENOENT") throw new InvalidArgumentError(`nothing is pinned at ${pinned}`);
        throw error;
      } finally {
        this.#pins.delete(pinned);
      }
    }
  }

  /**
   * Takes the right to write from user space, for good; programs may go on writing. Linux 5.2.
   *
   * @throws MapAccessError when it is frozen already, or its memory is mapped for writing (`memory`, variables).
   * @throws ClosedError after `close`.
   */
  freeze(): void {
    const status = native().mapFreeze(this[handleOf]);
    if (status === 0) return;
    const options = { operation: "freeze", errno: -status };
    if (-status === EBUSY) {
      throw new MapAccessError(
        this.name,
        "cannot be frozen: it is frozen already, or mapped for writing",
        options,
      );
    }
    if (-status === EPERM) throw new PermissionError(`cannot freeze map "${this.name}"`, options);
    throw new SystemError(`cannot freeze map "${this.name}" (${this.type})`, options);
  }
}

const pinRemedies = new globalThis.Map([
  [EEXIST, "Open what is there with Map.fromPin, or remove the file"],
  [ENOENT, "Make the folder first"],
  [EPERM, "The path has to lie in a bpffs: mount -t bpf bpf /sys/fs/bpf"],
]);

function flagNames(flags: number): MapFlag[] {
  return (Object.keys(mapFlags) as MapFlag[]).filter((name) => flags & mapFlags[name]);
}

function fdInfo(fd: number): globalThis.Map<string, string> {
  try {
    const lines = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").split("\n");
    return new globalThis.Map(lines.map((line) => line.split(":\t", 2) as [string, string]));
  } catch {
    return new globalThis.Map();
  }
}
