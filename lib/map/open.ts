import { type Check, checkPath, wordOf } from "../arguments/index.ts";
import { Btf, type TypeId } from "../btf/index.ts";
import { type Codec, codecOf } from "../codec/index.ts";
import { EBADF, EINVAL } from "../errors/errno.ts";
import { MapIncompatibleError } from "../errors/index.ts";
import { ask } from "../live/ask.ts";
import { closedOnError } from "../live/closing.ts";
import { openFd as fromFd, openId as fromId, walkIds } from "../live/ids.ts";
import { pinError } from "../live/pin.ts";
import { handleOf } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import type { NativeMapInfo } from "../native/map.ts";
import { mapFlags } from "../spec/index.ts";
import { differences, type MapShape } from "./compatible.ts";
import { type MapCodecs, mapFrom } from "./kinds.ts";
import type { MapBase } from "./map-base.ts";

/** The access of this process to an existing map. */
export type MapAccess = "read-write" | "read-only" | "write-only";

const accessFlags: Record<MapAccess, number> = {
  "read-write": 0,
  "read-only": mapFlags.rdonly,
  "write-only": mapFlags.wronly,
};
export const checkAccess: Check<MapAccess> = wordOf(Object.keys(accessFlags) as MapAccess[]);

export function openPin(path: string, access: MapAccess = "read-write"): Handle {
  checkPath(path, "path of a pinned map");
  const flags = flagsOf(access);
  try {
    return native().mapFromPin(path, flags);
  } catch (cause) {
    if (!isNativeError(cause)) throw cause;
    // The errno of the kernel when a program or a link is pinned at the path.
    throw pinError("map", "open pin", path, cause.errno === EINVAL ? EBADF : cause.errno, cause);
  }
}

export function openId(id: number, access: MapAccess = "read-write"): Handle {
  const flags = flagsOf(access);
  return fromId("map", id, (known) => native().mapFromId(known, flags));
}

export function openFd(fd: number): Handle {
  return fromFd("map", fd, native().mapFromFd);
}

export function mapIds(): IterableIterator<number> {
  return walkIds("map", native().mapNextId);
}

/**
 * Returns the live map of a handle that comes without an object file. Types that are not given are read from the
 * kernel.
 *
 * @throws {@link MapIncompatibleError} when the map does not have the shape. The handle is closed after any error.
 */
export function adopt(handle: Handle, types: MapCodecs, shape: MapShape, where?: string): MapBase {
  const map = closedOnError(handle, native().mapClose, () => {
    const info = ask("a map", ["bpf"], () => native().mapInfo(handle));
    return mapFrom({ handle, name: info.name, info }, { ...kernelTypes(info), ...given(types) }, openInner);
  });
  try {
    const differing = differences(shape, map);
    if (differing.length === 0) return map;
    throw new MapIncompatibleError({ map: map.name, differences: differing, where });
  } catch (error) {
    map.close();
    throw error;
  }
}

/** Opens an inner map of a map of maps. */
export function openInner(id: number, types: MapCodecs | undefined): MapBase {
  return adopt(openId(id), types ?? {}, {});
}

function given(types: MapCodecs): MapCodecs {
  return Object.fromEntries(Object.entries(types).filter(([, type]) => type !== undefined));
}

/** The types that a map was created with, as the kernel has them. */
export interface KernelTypes {
  readonly btf: Btf;
  readonly key: TypeId | undefined;
  readonly value: TypeId | undefined;
}

/** Returns the types that a map was created with; undefined for a map without BTF. */
export function mapBtf(map: MapBase): KernelTypes | undefined {
  const info = ask(`map "${map.name}"`, ["bpf"], () => native().mapInfo(map[handleOf]));
  if (info.btfId === 0) return undefined;
  const typeId = (id: number) => (id === 0 ? undefined : (id as TypeId));
  const btf = ask(`the types of map "${map.name}"`, ["sys_admin"], () => native().btfBytes(info.btfId));
  return { btf: Btf.parse(btf), key: typeId(info.btfKeyType), value: typeId(info.btfValueType) };
}

/** Returns the codecs of the types that the map was created with; none for a map without BTF. */
function kernelTypes(info: NativeMapInfo): MapCodecs {
  if (info.btfId === 0) return {};
  try {
    const btf = Btf.parse(native().btfBytes(info.btfId));
    const codec = (id: number): Codec<unknown> | undefined => (id === 0 ? undefined : codecOf(btf, id));
    return { key: codec(info.btfKeyType), value: codec(info.btfValueType) };
  } catch {
    // The process may not read the BTF, or the types have no values: use bytes.
    return {};
  }
}

function flagsOf(access: MapAccess): number {
  return accessFlags[checkAccess(access, "access to a map")];
}
