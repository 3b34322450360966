import {
  arrayOf,
  bytesUpTo,
  type Check,
  checkBoolean,
  checkCpu,
  checkU64,
  instanceOf,
  integerIn,
  optional,
  optionsOf,
} from "../arguments/index.ts";
import type { Codec } from "../codec/codec.ts";
import { EINVAL, ENOSPC, ENOTSUPP, EOPNOTSUPP, EPERM } from "../errno.ts";
import {
  type EbpfError,
  InvalidArgumentError,
  NotSupportedError,
  PermissionError,
  SystemError,
} from "../errors.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import type { NativeTestRun, NativeTestRunResult } from "../native/program.ts";
import type { ProgramType } from "../spec/index.ts";
import {
  contextOf,
  type SkBuffContext,
  type SkBuffProgram,
  type SkLookupContext,
  type XdpContext,
} from "./context.ts";

/** What a program decides about a packet: XDP_* and TC_ACT_* by the kernel's names, undefined for another value. */
export type ActionOf<Type extends ProgramType> = Type extends "xdp"
  ? XdpAction | undefined
  : Type extends "sched-cls" | "sched-act"
    ? TcAction | undefined
    : undefined;

export type XdpAction = (typeof xdpActions)[number];
const xdpActions = ["aborted", "drop", "pass", "tx", "redirect"] as const;

export type TcAction = (typeof tcActions)[number];
// From TC_ACT_UNSPEC, which is -1.
const tcActions = [
  "unspec",
  "ok",
  "reclassify",
  "shot",
  "pipe",
  "stolen",
  "queued",
  "repeat",
  "redirect",
  "trap",
] as const;

/** The context that a program of this type runs with, as `testRun` takes it; bytes always do. */
export type TestRunContext<Type extends ProgramType> =
  | ArrayBufferView
  | (Type extends "xdp"
      ? Partial<XdpContext>
      : Type extends SkBuffProgram
        ? Partial<SkBuffContext>
        : Type extends "sk-lookup"
          ? Partial<SkLookupContext>
          : Type extends "raw-tracepoint" | "raw-tracepoint-writable"
            ? readonly bigint[]
            : Type extends "syscall"
              ? object
              : never);

/** The context after the run. */
export type TestRunContextOut<Type extends ProgramType> = Type extends "xdp"
  ? XdpContext
  : Type extends SkBuffProgram
    ? SkBuffContext
    : Type extends "sk-lookup"
      ? SkLookupContext
      : unknown;

export interface TestRunOptions<Type extends ProgramType = ProgramType> {
  /** The packet, link-layer header included: at least 14 bytes. For programs that see no packet: nothing. */
  data?: ArrayBufferView;
  /**
   * What the program finds in its context. Fields left out are 0. A tracepoint's arguments are an array of bigint; a
   * syscall program takes a value of the struct that its function points to.
   */
  context?: TestRunContext<Type>;
  /** How often the program runs; the duration is the mean. Default 1. */
  repeat?: number;
  /** The CPU to run on, for raw tracepoints only. Linux 5.10. */
  cpu?: number;
  /**
   * XDP: sends each packet where the program says instead of returning it: out of an interface, or up the stack of the
   * interface that `context.ingress_ifindex` names. Linux 5.18.
   */
  liveFrames?: boolean;
  /** With `liveFrames`: packets in one batch, at most 256. Default 64. */
  batchSize?: number;
  /** Packets carry a complete checksum (`CHECKSUM_COMPLETE`). Linux 6.15. */
  checksumComplete?: boolean;
  /** Room for the packet afterwards in bytes. By default 4096 more than `data` has. */
  dataOutSize?: number;
}

export interface TestRunResult<Type extends ProgramType = ProgramType> {
  /** As C's `int`. With `liveFrames` the kernel returns 0, whatever the program decided. */
  returnValue: number;
  /**
   * What the return value means: `"drop"`, `"pass"`. Undefined for programs that decide nothing about packets, and with
   * `liveFrames`.
   */
  action: ActionOf<Type>;
  /** The packet as the program left it, or what a flow dissector found; empty for programs without data. */
  data: Uint8Array;
  /** The context as the program left it, typed when `context` was given as an object; undefined when none was given. */
  context: TestRunContextOut<Type> | undefined;
  /** Nanoseconds, mean of all repetitions; 0 for programs that the kernel does not measure. */
  duration: number;
}

// XDP programs may grow a packet by its headroom at the front and by the rest of its page at the end.
const ROOM_TO_GROW = 4096;
// More than the largest packet with fragments, on pages of 64 KiB (native/program_run.cc).
const MOST = 16 * 1024 * 1024;
const checkRoom = bytesUpTo(MOST - ROOM_TO_GROW);

const checkTestRun = optionsOf<TestRunOptions>({
  data: optional(checkRoom),
  context: optional(instanceOf(Object, "an object, an array or bytes") as Check<never>),
  repeat: optional(integerIn(0, 0x7fff_ffff)),
  cpu: optional(checkCpu),
  liveFrames: optional(checkBoolean),
  batchSize: optional(integerIn(0, 0x7fff_ffff)),
  checksumComplete: optional(checkBoolean),
  dataOutSize: optional(integerIn(0, MOST, "bytes")),
});

// BPF_F_TEST_*.
const RUN_ON_CPU = 1 << 0;
const XDP_LIVE_FRAMES = 1 << 1;
const SKB_CHECKSUM_COMPLETE = 1 << 2;

/** What the run is to be, and how its result is read. */
export class TestRun<Type extends ProgramType> {
  readonly request: NativeTestRun;
  readonly #program: { readonly name: string; readonly type: Type };
  readonly #options: TestRunOptions<Type>;
  readonly #context: Codec<unknown> | undefined;

  /** @param context - Of the struct that the program's function points to, as the object's BTF has it. */
  constructor(
    program: { readonly name: string; readonly type: Type },
    context: Codec<unknown> | undefined,
    options: TestRunOptions<Type>,
  ) {
    this.#program = program;
    this.#options = checkTestRun(options, `testRun of program "${program.name}"`) as TestRunOptions<Type>;
    this.#context = contextOf(program.type)?.codec ?? (program.type === "syscall" ? context : undefined);
    this.request = this.#makeRequest();
  }

  result(native: NativeTestRunResult): TestRunResult<Type> {
    const returnValue = native.returnValue | 0;
    return {
      returnValue,
      action: (this.#options.liveFrames
        ? undefined
        : actionOf(this.#program.type, returnValue)) as ActionOf<Type>,
      data: native.data,
      context: this.#contextOut(native.context) as TestRunContextOut<Type> | undefined,
      duration: native.duration,
    };
  }

  #makeRequest(): NativeTestRun {
    const { data, repeat, cpu, liveFrames, batchSize, checksumComplete, dataOutSize } = this.#options;
    const { type } = this.#program;
    const request: NativeTestRun = {};
    if (data !== undefined) {
      request.data = data as Uint8Array;
      request.dataOutSize = liveFrames ? 0 : (dataOutSize ?? data.byteLength + ROOM_TO_GROW);
    }
    if (repeat !== undefined) request.repeat = repeat;
    const flags =
      (cpu === undefined ? 0 : RUN_ON_CPU) |
      (liveFrames ? XDP_LIVE_FRAMES : 0) |
      (checksumComplete ? SKB_CHECKSUM_COMPLETE : 0);
    if (flags !== 0) request.flags = flags;
    if (cpu !== undefined) request.cpu = cpu;
    if (batchSize !== undefined) request.batchSize = batchSize;
    const context = this.#contextIn();
    if (context !== undefined) {
      request.context = context;
      // The kernel copies these back; a syscall program's context it changes in place.
      if (contextOf(type) !== undefined && !liveFrames) request.contextOutSize = context.length;
    }
    return request;
  }

  #contextIn(): Uint8Array | undefined {
    const { context, data } = this.#options;
    const { name, type } = this.#program;
    if (context === undefined) return undefined;
    if (ArrayBuffer.isView(context))
      return checkRoom(context, `context of testRun of program "${name}"`).slice();
    if (Array.isArray(context)) {
      const words = arrayOf(checkU64)(context, `context of testRun of program "${name}"`);
      return new Uint8Array(BigUint64Array.from(words).buffer);
    }
    const codec = this.#context;
    if (codec === undefined) {
      throw new InvalidArgumentError(
        `the context of program "${name}" has to be given as bytes: its type is not known`,
      );
    }
    const known = contextOf(type);
    const size = data?.byteLength ?? 0;
    const values = type === "xdp" && size > 0 ? { data_end: size, ...context } : context;
    const bytes = new Uint8Array(codec.size);
    codec.write(new DataView(bytes.buffer), 0, known === undefined ? values : { ...known.empty, ...values });
    return bytes;
  }

  #contextOut(bytes: Uint8Array): unknown {
    const { context } = this.#options;
    if (context === undefined || Array.isArray(context) || bytes.length === 0) return undefined;
    if (ArrayBuffer.isView(context) || this.#context === undefined) return bytes;
    // An older kernel's struct ends earlier.
    const whole = new Uint8Array(Math.max(this.#context.size, bytes.length));
    whole.set(bytes);
    return this.#context.read(new DataView(whole.buffer), 0);
  }

  /** The error class for a run that the kernel refused. */
  error(errno: number, cause: unknown): EbpfError {
    const { name, type } = this.#program;
    const message = `cannot run program "${name}"`;
    const details = { operation: "test run", errno, cause };
    switch (errno) {
      case ENOTSUPP:
      case EOPNOTSUPP:
        return new NotSupportedError(
          `${message}: this kernel runs no programs of type "${type}" without an event`,
          details,
        );
      case EPERM:
        return new PermissionError(message, { ...details, remedy: privilegeRemedy(["bpf"]) });
      case ENOSPC:
        return new SystemError(message, { ...details, remedy: "The packet grew: raise dataOutSize" });
      case EINVAL:
        return new SystemError(`${message}: the kernel does not take this input`, {
          ...details,
          remedy: this.#whyInvalid(),
        });
      default:
        return new SystemError(message, details);
    }
  }

  #whyInvalid(): string | undefined {
    const { data, liveFrames, checksumComplete, cpu, context } = this.#options;
    const { type } = this.#program;
    const known = contextOf(type);
    if (type === "sk-lookup" && context === undefined) return "It needs a context with family and protocol";
    if (known !== undefined && type !== "sk-lookup" && data === undefined) return "It needs a packet: data";
    if (data !== undefined && data.byteLength < 14) return "A packet has at least 14 bytes";
    if (type.startsWith("raw-tracepoint") && (data !== undefined || this.#options.repeat !== undefined)) {
      return "A raw tracepoint takes only context and cpu";
    }
    if (type === "syscall" && (data !== undefined || this.#options.repeat !== undefined)) {
      return "A syscall program takes only context";
    }
    if (checksumComplete) return "checksumComplete needs Linux 6.15";
    if (liveFrames) return "liveFrames needs Linux 5.18 and an XDP program";
    if (cpu !== undefined) return "cpu is for raw tracepoints, and needs Linux 5.10";
    if (type === "xdp" && context !== undefined) {
      return "A context for XDP needs Linux 5.14, an existing ingress_ifindex, and data_end equal to the data's size";
    }
    if (context !== undefined)
      return "The kernel takes some fields of the context only; the others must be 0";
    return undefined;
  }
}

function actionOf(type: ProgramType, value: number): string | undefined {
  if (type === "xdp") return xdpActions[value];
  if (type === "sched-cls" || type === "sched-act") return tcActions[value + 1];
  return undefined;
}
