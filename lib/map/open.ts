import { type Check, checkPath, wordOf } from "../arguments/index.ts";
import { Btf } from "../btf/index.ts";
import { type Codec, codecOf } from "../codec/index.ts";
import { EBADF, EINVAL } from "../errno.ts";
import { MapIncompatibleError } from "../errors.ts";
import { openFd as fromFd, openId as fromId, walkIds } from "../ids.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import type { NativeMapInfo } from "../native/map.ts";
import { native } from "../native.ts";
import { pinError } from "../pin.ts";
import { mapFlags } from "../spec/index.ts";
import type { MapBase } from "./base.ts";
import { differences, type MapShape } from "./compatible.ts";
import { type MapTypes, mapFrom } from "./kinds.ts";

/** What this process is to be allowed with a map that exists. */
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
    // What the kernel says where a program or a link is pinned.
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
 * The live map of a handle that came without an object. Types that are not given are those that the kernel has.
 *
 * @throws MapIncompatibleError when it is not of the shape; the handle is closed then.
 */
export function adopt(handle: Handle, types: MapTypes, shape: MapShape, where?: string): MapBase {
  const info = native().mapInfo(handle);
  let map: MapBase;
  try {
    map = mapFrom({ handle, name: info.name, info }, { ...kernelTypes(info), ...given(types) }, openInner);
  } catch (error) {
    native().mapClose(handle);
    throw error;
  }
  const differing = differences(shape, map);
  if (differing.length === 0) return map;
  map.close();
  throw new MapIncompatibleError(map.name, differing, where);
}

/** Opens a map out of a map of maps. */
export function openInner(id: number, types: MapTypes | undefined): MapBase {
  return adopt(openId(id), types ?? {}, {});
}

function given(types: MapTypes): MapTypes {
  return Object.fromEntries(Object.entries(types).filter(([, type]) => type !== undefined));
}

/** The types that the map was made with. Of a map that brings none, nothing is known. */
function kernelTypes(info: NativeMapInfo): MapTypes {
  if (info.btfId === 0) return {};
  try {
    const btf = Btf.parse(native().btfBytes(info.btfId));
    const codec = (id: number): Codec<unknown> | undefined => (id === 0 ? undefined : codecOf(btf, id));
    return { key: codec(info.btfKeyType), value: codec(info.btfValueType) };
  } catch {
    // Without the privilege to read it, or with types that have no values, there are bytes still.
    return {};
  }
}

function flagsOf(access: MapAccess): number {
  return accessFlags[checkAccess(access, "access to a map")];
}
