import { readFileSync } from "node:fs";
import { ask } from "../ask.ts";
import { EBUSY, EPERM } from "../errno.ts";
import { MapAccessError, PermissionError, SystemError } from "../errors.ts";
import type { Handle } from "../native/handle.ts";
import type { NativeMapInfo } from "../native/map.ts";
import { native } from "../native.ts";
import { pin, unpin } from "../pin.ts";
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

  /** @internal */
  get flagBits(): number {
    return this.#flags;
  }

  /** The file descriptor, which this object owns: it is good until `close`. @throws ClosedError after it. */
  get fd(): number {
    return native().mapFd(this[handleOf]);
  }

  /**
   * What the kernel says of the map now.
   *
   * @throws PermissionError on kernels that tell only those with CAP_BPF; ClosedError after `close`.
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
      flags: flagNames(raw.flags),
      mapExtra: raw.mapExtra,
      ifindex: raw.ifindex,
      btfId: raw.btfId,
      frozen: text.get("frozen") === "1",
      memory: Number(text.get("memlock") ?? 0),
    };
  }

  /**
   * Keeps the map alive, and for others to open, under a path in a bpffs such as `/sys/fs/bpf`; folders on the way are
   * made.
   *
   * @throws PinError when there is something already, or the path is not on a bpffs; PermissionError; ClosedError after
   * `close`.
   */
  pin(path: string): void {
    const handle = this[handleOf];
    pin(`map "${this.name}"`, path, (to) => native().mapPin(handle, to));
    this.#pins.add(path);
  }

  /**
   * Removes a pin. The map stays as long as somebody else refers to it, this object included.
   *
   * @param path - Absent, all that `pin` of this object has made.
   * @throws PinError when nothing is pinned at the path; ClosedError after `close`.
   */
  unpin(path?: string): void {
    this[handleOf];
    for (const pinned of path === undefined ? [...this.#pins] : [path]) {
      unpin(`map "${this.name}"`, pinned);
      this.#pins.delete(pinned);
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
    if (-status === EBUSY || this.info().frozen) {
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
