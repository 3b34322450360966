import { readdirSync } from "node:fs";
import { join } from "node:path";
import { checkPath } from "../arguments/index.ts";
import { EINVAL } from "../errors/errno.ts";
import { Link, type LinkInfo } from "../link/index.ts";
import { pinError } from "../live/pin.ts";
import { adopt, openPin } from "../map/open.ts";
import { Program } from "../program/index.ts";
import type { MapType, ProgramType } from "../spec/index.ts";

/** A pinned map. */
export interface MapPin {
  /** Selects the other properties. */
  readonly kind: "map";
  /** The path of the pin. */
  readonly path: string;
  /** The ID of the map in the kernel. */
  readonly id: number;
  /** The name in the kernel. */
  readonly name: string;
  /** The map type. */
  readonly type: MapType;
}

/** A pinned program. */
export interface ProgramPin {
  /** Selects the other properties. */
  readonly kind: "program";
  /** The path of the pin. */
  readonly path: string;
  /** The ID of the program in the kernel. */
  readonly id: number;
  /** The name in the kernel. */
  readonly name: string;
  /** The program type. */
  readonly type: ProgramType;
}

/** A pinned link. */
export interface LinkPin {
  /** Selects the other properties. */
  readonly kind: "link";
  /** The path of the pin. */
  readonly path: string;
  /** The ID of the link in the kernel. */
  readonly id: number;
  /** The link type. */
  readonly type: LinkInfo["type"];
}

/** A file of the bpffs that this process cannot open as a pin. */
export interface UnknownPin {
  /** Selects the other properties. */
  readonly kind: "unknown";
  /** The path of the file. */
  readonly path: string;
  /** The reason why the file cannot be opened. */
  readonly reason: string;
}

/** The object that is pinned at a path. */
export type Pin = MapPin | ProgramPin | LinkPin | UnknownPin;

/**
 * Yields the pins in a folder of a bpffs and in its subfolders, in the order of their names. No descriptor stays open:
 * use
 * `Map.fromPin`, `Program.fromPin` and `Link.fromPin` to open a pin.
 *
 * @param root - The folder. Default `/sys/fs/bpf`.
 * @throws {@link PinError} when the folder cannot be read; {@link PermissionError}.
 *
 * @since Linux 4.13
 *
 * @example
 * ```ts
 * for (const pin of pins("/sys/fs/bpf/firewall")) console.log(pin.kind, pin.path);
 * ```
 */
export function* pins(root = "/sys/fs/bpf"): IterableIterator<Pin> {
  checkPath(root, "root of pins");
  for (const entry of entriesOf(root)) {
    const path = join(root, entry.name);
    if (entry.isDirectory()) yield* pins(path);
    else if (entry.isFile()) yield describePin(path);
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    const { errno = -EINVAL } = cause as NodeJS.ErrnoException;
    throw pinError("folder of pins", "open pin", folder, Math.abs(errno), cause);
  }
}

/** Tries each kind, because a pin opens only as its own kind. */
function describePin(path: string): Pin {
  let failure: unknown;
  for (const describe of [describeMap, describeProgram, describeLink]) {
    try {
      return describe(path);
    } catch (error) {
      failure ??= error;
    }
  }
  return { kind: "unknown", path, reason: failure instanceof Error ? failure.message : String(failure) };
}

function describeMap(path: string): MapPin {
  // The mode of a pin may allow only reading.
  const map = adopt(openPin(path, "read-only"), {}, {});
  const { id, type, name } = map;
  map.close();
  return { kind: "map", path, id, name, type };
}

function describeProgram(path: string): ProgramPin {
  const program = Program.fromPin(path);
  try {
    return { kind: "program", path, id: program.info().id, name: program.name, type: program.type };
  } finally {
    program.close();
  }
}

function describeLink(path: string): LinkPin {
  const link = Link.fromPin(path);
  try {
    const { id, type } = link.info();
    return { kind: "link", path, id, type };
  } finally {
    link.close();
  }
}
