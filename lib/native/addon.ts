import { createRequire } from "node:module";
import { AddonError, PlatformError } from "../errors/platform.ts";
import { packageRoot } from "../files/package-root.ts";
import type { NativePerf, NativePoller, NativeRing, NativeUserRing } from "./events.ts";
import type { NativeLink } from "./link.ts";
import type { NativeLinker } from "./linker.ts";
import type { NativeMap } from "./map.ts";
import type { NativeObject } from "./object.ts";
import type { NativeProbes } from "./probe.ts";
import type { NativeProgram } from "./program.ts";

/** The face of the addon. Names, options, defaults, messages and decoding are not its business. */
export interface Native
  extends NativeObject,
    NativeMap,
    NativeProbes,
    NativeProgram,
    NativeLink,
    NativeLinker,
    NativePoller,
    NativeRing,
    NativeUserRing,
    NativePerf {
  libbpfVersion(): string;
}

let addon: Native | undefined;

/**
 * The addon, loaded at first use: what only reads objects or generates code never needs it, and so runs anywhere.
 *
 * @throws PlatformError elsewhere than on Linux.
 * @throws AddonError when there is no prebuilt addon for this machine and none was built.
 */
export function native(): Native {
  addon ??= load();
  return addon;
}

function load(): Native {
  if (process.platform !== "linux") throw new PlatformError(process.platform);
  const require = createRequire(import.meta.url);
  try {
    const nodeGypBuild = require("node-gyp-build") as (directory: string) => Native;
    return nodeGypBuild(packageRoot());
  } catch (cause) {
    throw new AddonError(cause);
  }
}
