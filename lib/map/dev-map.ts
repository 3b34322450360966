import { describeValue } from "../arguments/index.ts";
import { type Codec, i32, u32, unknownField } from "../codec/index.ts";
import { EncodeError } from "../errors/index.ts";
import { native } from "../native/addon.ts";
import { Program } from "../program/index.ts";
import { KeyedMap } from "./keyed.ts";
import type { MapParts } from "./map-base.ts";

/** A network device: its index, or its name in this network namespace. */
export type Device = number | string;

/** The destination of packets: a device, and optionally (Linux 5.8) a program of type xdp/devmap that runs first. */
export type DevMapTarget =
  | Device
  | {
      /** The device. */
      interface: Device;
      /** A program that runs for each packet before the device sends it. Default: none. */
      program?: Program | undefined;
    };

/** An entry of a {@link DevMap} as read from the kernel. */
export interface DevMapEntry {
  /** Index of the network device. */
  readonly ifindex: number;
  /** ID of the program that runs for each packet; 0 for none. */
  readonly programId: number;
}

/**
 * Network devices to which XDP programs redirect packets, by index (devmap, 4.14) or by any number (devmap-hash, 5.4).
 */
export class DevMap extends KeyedMap<number, DevMapEntry, DevMapTarget> {
  /** @internal */
  constructor(parts: MapParts) {
    const size = parts.info.valueSize;
    super(parts, u32, entry(size), target(size));
  }
}

/**
 * The size of the queue of a CPU in packets, and optionally (Linux 5.9) a program of type xdp/cpumap that runs first.
 */
export type CpuMapTarget =
  | number
  | {
      /** The size of the queue, in packets. */
      queueSize: number;
      /** A program that runs for each packet on that CPU. Default: none. */
      program?: Program | undefined;
    };

/** An entry of a {@link CpuMap} as read from the kernel. */
export interface CpuMapEntry {
  /** Size of the queue, in packets. */
  readonly queueSize: number;
  /** ID of the program that runs for each packet; 0 for none. */
  readonly programId: number;
}

/**
 * CPUs to which XDP programs redirect packets, by number.
 *
 * @since Linux 4.15
 */
export class CpuMap extends KeyedMap<number, CpuMapEntry, CpuMapTarget> {
  /** @internal */
  constructor(parts: MapParts) {
    const { valueSize: size } = parts.info;
    super(
      parts,
      u32,
      {
        size,
        name: "struct bpf_cpumap_val",
        read: (view, offset) => ({
          queueSize: u32.read(view, offset),
          programId: size === 8 ? u32.read(view, offset + 4) : 0,
        }),
        write: (view, offset, { queueSize }) => writePair(view, offset, size, queueSize, undefined),
      },
      {
        size,
        name: "struct bpf_cpumap_val",
        read: () => 0,
        write(view, offset, value) {
          const { queueSize, program } = partsOf(value, "queueSize");
          writePair(view, offset, size, queueSize as number, program);
        },
      },
    );
  }
}

function entry(size: number): Codec<DevMapEntry> {
  return {
    size,
    name: "struct bpf_devmap_val",
    read: (view, offset) => ({
      ifindex: u32.read(view, offset),
      programId: size === 8 ? u32.read(view, offset + 4) : 0,
    }),
    write: (view, offset, { ifindex }) => writePair(view, offset, size, ifindex, undefined),
  };
}

function target(size: number): Codec<DevMapTarget> {
  return {
    size,
    name: "struct bpf_devmap_val",
    read: () => 0,
    write(view, offset, value) {
      const { interface: device, program } = partsOf(value, "interface");
      writePair(view, offset, size, deviceIndex(device as Device), program);
    },
  };
}

/** The parts of a target, which is an object or its first part alone. */
function partsOf<First extends string>(
  value: unknown,
  first: First,
): { [Part in First]: unknown } & { program?: Program } {
  const isObject = typeof value === "object" && value !== null;
  const parts: object = isObject ? value : { [first]: value };
  const error = unknownField(parts as Record<string, unknown>, { [first]: 0, program: 0 }, "value");
  if (error !== undefined) throw error;
  return parts as ReturnType<typeof partsOf<First>>;
}

function deviceIndex(device: Device): number {
  if (typeof device !== "string") return device;
  const index = device.includes("\0") ? 0 : native().interfaceIndex(device);
  if (index > 0) return index;
  throw new EncodeError({
    path: "interface",
    type: "network device",
    expected: "the name of a network device in this network namespace",
    received: describeValue(device),
  });
}

function writePair(
  view: DataView,
  offset: number,
  size: number,
  first: number,
  program: Program | undefined,
): void {
  u32.write(view, offset, first);
  if (program !== undefined && !(program instanceof Program)) {
    throw new EncodeError({
      path: "program",
      type: "program",
      expected: "a Program",
      received: describeValue(program),
    });
  }
  // -1 means no program; 0 is a valid descriptor.
  if (size === 8) i32.write(view, offset + 4, program?.fd ?? -1);
  else if (program !== undefined) {
    throw new EncodeError({
      path: "program",
      type: "program",
      expected: "no program, because the values of this map have 4 bytes",
      received: "a Program",
    });
  }
}
