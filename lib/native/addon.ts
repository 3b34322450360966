import { PlatformError } from "../errors/platform.ts";
import { denied, notFound, refused } from "./addon-error.ts";
import type { NativeBtf } from "./btf.ts";
import type { NativePerf, NativePoller, NativeRing, NativeUserRing } from "./events.ts";
import { findAddon, type Search } from "./find-addon.ts";
import type { NativeLink } from "./link.ts";
import type { NativeLinker } from "./linker.ts";
import type { NativeLock } from "./lock.ts";
import type { NativeMap } from "./map.ts";
import type { NativeObject } from "./object.ts";
import type { NativeProbes } from "./probe.ts";
import type { NativeProgram } from "./program.ts";
import { requireAddon } from "./require-addon.ts";

/** The interface of the addon. Names, options, defaults, messages and decoding are in TypeScript. */
export interface Native
  extends NativeObject,
    NativeMap,
    NativeProbes,
    NativeProgram,
    NativeBtf,
    NativeLink,
    NativeLinker,
    NativeLock,
    NativePoller,
    NativeRing,
    NativeUserRing,
    NativePerf {
  libbpfVersion(): string;
}

let addon: Native | undefined;

/**
 * The addon, loaded at first use, so that code that only reads objects or generates loaders runs on any system.
 *
 * @throws {@link PlatformError} on systems other than Linux.
 * @throws {@link AddonError} when there is no addon for this machine, or the system refuses to load it.
 */
export function native(): Native {
  addon ??= load();
  return addon;
}

function load(): Native {
  if (process.platform !== "linux") throw new PlatformError({ platform: process.platform });
  let search: Search;
  try {
    search = findAddon(shipped());
  } catch (cause) {
    throw denied(cause);
  }
  if (search.found === undefined) throw notFound(search);
  try {
    // Used as a prototype, because V8 stores an object with this many properties as a hash table, but not a prototype.
    return Object.create(requireAddon(search.found) as object) as Native;
  } catch (cause) {
    throw refused(typeof search.found === "string" ? search.found : "in the bundle", cause);
  }
}

/**
 * The URL of the prebuilt addon. webpack, Rspack and file tracers recognize these expressions, file tracers only if no
 * arrow function is around them: they copy the files, and bundlers rewrite the URL. scripts/build/lib.ts adapts the
 * paths to the depth of dist/.
 */
function shipped(): URL | undefined {
  try {
    switch (process.arch) {
      case "x64":
        return new URL("../../prebuilds/linux-x64/ebpf.glibc.node", import.meta.url);
      case "arm64":
        return new URL("../../prebuilds/linux-arm64/ebpf.glibc.node", import.meta.url);
    }
  } catch {
    // A bundle in CommonJS, which has no import.meta.url.
  }
  return undefined;
}
