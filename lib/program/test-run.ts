import {
  arrayOf,
  bytesUpTo,
  type Check,
  checkBoolean,
  checkCpu,
  checkU64,
  instanceOf,
  integerIn,
  invalidArgument,
  optional,
  optionsOf,
} from "../arguments/index.ts";
import { type Codec, type Storable, unknownField } from "../codec/index.ts";
import { EINVAL, ENOSPC, ENOTSUPP, ENXIO, EOPNOTSUPP, EPERM } from "../errors/errno.ts";
import {
  type EbpfError,
  InvalidArgumentError,
  NotSupportedError,
  PermissionError,
  SystemError,
} from "../errors/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { scalars } from "../link/options.ts";
import { interfaceIndex } from "../link/target/interface.ts";
import type { NativeTestRun, NativeTestRunResult } from "../native/program.ts";
import type { ProgramType } from "../spec/index.ts";
import {
  contextOf,
  type SkBuffContext,
  type SkBuffProgram,
  type SkLookupContext,
  type XdpContext,
} from "./context.ts";

/**
 * The action that a program returns for a packet: XDP_* and TC_ACT_* by their kernel names; undefined for other values.
 */
export type ActionOf<Type extends ProgramType> = Type extends "xdp"
  ? XdpAction | undefined
  : Type extends "sched-cls" | "sched-act"
    ? TcAction | undefined
    : undefined;

/** The action of an XDP program for a packet: XDP_*. */
export type XdpAction = (typeof xdpActions)[number];
const xdpActions = ["aborted", "drop", "pass", "tx", "redirect"] as const;

/** The action of a tc program for a packet: TC_ACT_*. */
export type TcAction = (typeof tcActions)[number];
// Starts at TC_ACT_UNSPEC, which is -1.
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

/** The context that `testRun` accepts for a program type. Bytes are always accepted. */
export type TestRunContext<Type extends ProgramType, Context = unknown> =
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
              ? GivenContext<Context>
              : never);

/** The struct of a syscall program; of an unknown one, any object. */
type GivenContext<Context> = unknown extends Context ? object : Storable<Context>;

/** The context after the run. */
export type TestRunContextOut<Type extends ProgramType, Context = unknown> = Type extends "xdp"
  ? XdpContext
  : Type extends SkBuffProgram
    ? SkBuffContext
    : Type extends "sk-lookup"
      ? SkLookupContext
      : Context;

/** Options of {@link Program.testRun}. */
export interface TestRunOptions<Type extends ProgramType = ProgramType, Context = unknown> {
  /** The packet with its link-layer header: at least 14 bytes. Omit it for programs that process no packets. */
  data?: ArrayBufferView;
  /**
   * Context of the program. Omitted fields are 0. For a raw tracepoint: its arguments as an array of bigint. For a
   * syscall program: a complete value of the struct that its argument points to.
   */
  context?: TestRunContext<Type, Context>;
  /**
   * XDP only: the name or the index of the interface that receives the packet. The same as `context.ingress_ifindex`.
   *
   * @since Linux 5.14
   */
  interface?: string | number;
  /** Number of runs; `duration` is their mean. Default 1. */
  repeat?: number;
  /**
   * CPU to run on, for raw tracepoints only. Default: any.
   *
   * @since Linux 5.10
   */
  cpu?: number;
  /**
   * XDP only: send each packet as the program decides instead of returning it, out of an interface or up the stack of
   * `interface`. The kernel does not report the fate of the packets. The statistics of the interface show it. Default
   * `false`.
   *
   * @since Linux 5.18
   */
  liveFrames?: boolean;
  /** With `liveFrames`: packets per batch, at most 256. Default 64. */
  batchSize?: number;
  /**
   * Mark packets with a complete checksum (`CHECKSUM_COMPLETE`). Default `false`.
   *
   * @since Linux 6.15
   */
  checksumComplete?: boolean;
  /** Size of the buffer for the resulting packet, in bytes. Default: 4096 more than `data`. */
  dataOutSize?: number;
}

/** The result of {@link Program.testRun}. */
export interface TestRunResult<Type extends ProgramType = ProgramType, Context = unknown> {
  /** Return value as a C `int`. With `liveFrames` the kernel always returns 0. */
  returnValue: number;
  /**
   * The action of the return value: `"drop"`, `"pass"`. Undefined for programs that return no action, and with
   * `liveFrames`.
   */
  action: ActionOf<Type>;
  /** The resulting packet, or the result of a flow dissector; empty for programs without data. */
  data: Uint8Array;
  /** The resulting context, typed when `context` was an object; undefined when `context` was omitted. */
  context: TestRunContextOut<Type, Context> | undefined;
  /** Mean duration of a run in nanoseconds; 0 for programs that the kernel does not time. */
  duration: number;
}

// An XDP program may grow a packet by its headroom at the front and by the rest of its page at the end.
const ROOM_TO_GROW = 4096;
// More than the largest packet with fragments, on pages of 64 KiB (native/program_run.cc).
const MOST = 16 * 1024 * 1024;
const checkRoom = bytesUpTo(MOST - ROOM_TO_GROW);

const checkTestRun = optionsOf<TestRunOptions>({
  data: optional(checkRoom),
  context: optional(instanceOf(Object, "an object, an array or bytes") as Check<never>),
  interface: optional((value, subject) =>
    interfaceIndex(scalars.interface(value, subject) as string | number),
  ),
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

/** The request of a test run and the decoding of its result. */
export class TestRun<Type extends ProgramType, Context = unknown> {
  readonly request: NativeTestRun;
  readonly #program: { readonly name: string; readonly type: Type };
  readonly #options: TestRunOptions<Type, Context>;
  readonly #context: Codec<unknown> | undefined;

  /** @param context - Codec of the struct that the context argument points to, from the BTF of the object. */
  constructor(
    program: { readonly name: string; readonly type: Type },
    context: Codec<unknown> | undefined,
    options: TestRunOptions<Type, Context>,
  ) {
    this.#program = program;
    this.#options = checkTestRun(options, `testRun of program "${program.name}"`) as TestRunOptions<
      Type,
      Context
    >;
    this.#context = contextOf(program.type)?.codec ?? (program.type === "syscall" ? context : undefined);
    this.request = this.#makeRequest();
  }

  result(native: NativeTestRunResult): TestRunResult<Type, Context> {
    const returnValue = native.returnValue | 0;
    return {
      returnValue,
      action: (this.#options.liveFrames
        ? undefined
        : actionOf(this.#program.type, returnValue)) as ActionOf<Type>,
      data: native.data,
      context: this.#contextOut(native.context) as TestRunContextOut<Type, Context> | undefined,
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
      // The kernel copies these contexts back. It changes the context of a syscall program in place.
      if (contextOf(type) !== undefined && !liveFrames) request.contextOutSize = context.length;
    }
    return request;
  }

  #contextIn(): Uint8Array | undefined {
    const { data } = this.#options;
    const { name, type } = this.#program;
    const context = this.#contextWithInterface();
    if (context === undefined) return undefined;
    if (ArrayBuffer.isView(context))
      return checkRoom(context, `context of testRun of program "${name}"`).slice();
    if (Array.isArray(context)) {
      if (!type.startsWith("raw-tracepoint"))
        throw invalidArgument(`context of testRun of program "${name}"`, "an object or bytes", context);
      const words = arrayOf(checkU64)(context, `context of testRun of program "${name}"`);
      return new Uint8Array(BigUint64Array.from(words).buffer);
    }
    const codec = this.#context;
    if (codec === undefined) {
      throw new InvalidArgumentError(
        `context of program "${name}": expected bytes, because its type is unknown`,
      );
    }
    const known = contextOf(type);
    const size = data?.byteLength ?? 0;
    const values = type === "xdp" && size > 0 ? { data_end: size, ...context } : context;
    if (known !== undefined) {
      // All fields of these contexts may be missing.
      const error = unknownField(values as Readonly<Record<string, unknown>>, known.empty, codec.name);
      if (error !== undefined) throw error;
    }
    const bytes = new Uint8Array(codec.size);
    codec.write(new DataView(bytes.buffer), 0, known === undefined ? values : { ...known.empty, ...values });
    return bytes;
  }

  #contextWithInterface(): TestRunContext<Type, Context> | undefined {
    const { context, interface: ingress_ifindex } = this.#options;
    if (ingress_ifindex === undefined) return context;
    const { name, type } = this.#program;
    const subject = `interface of testRun of program "${name}"`;
    if (type !== "xdp")
      throw new InvalidArgumentError(`${subject}: expected an XDP program, received "${type}"`);
    const given: object = context ?? {};
    if (ArrayBuffer.isView(given) || "ingress_ifindex" in given)
      throw new InvalidArgumentError(`${subject}: the context has an ingress_ifindex already`);
    return { ...given, ingress_ifindex } as unknown as TestRunContext<Type, Context>;
  }

  #contextOut(bytes: Uint8Array): unknown {
    const { context } = this.#options;
    if (context === undefined || Array.isArray(context) || bytes.length === 0) return undefined;
    if (ArrayBuffer.isView(context) || this.#context === undefined) return bytes;
    // On an older kernel the struct is shorter.
    const whole = new Uint8Array(Math.max(this.#context.size, bytes.length));
    whole.set(bytes);
    return this.#context.read(new DataView(whole.buffer), 0);
  }

  /** Returns the error for a test run that the kernel rejected. */
  error(errno: number, cause: unknown): EbpfError {
    const { name, type } = this.#program;
    const message = `cannot run program "${name}"`;
    const details = { operation: "test run", errno, cause };
    switch (errno) {
      case ENOTSUPP:
      case EOPNOTSUPP:
        return new NotSupportedError(
          `${message}: this kernel cannot test-run programs of type "${type}"`,
          details,
        );
      case EPERM:
        return new PermissionError(message, { ...details, remedy: privilegeRemedy(["bpf"]) });
      case ENXIO:
        return new InvalidArgumentError(`${message}: CPU ${this.#options.cpu} is not online`);
      case ENOSPC:
        return new SystemError(message, { ...details, remedy: "The packet grew: raise dataOutSize" });
      case EINVAL:
        return new SystemError(`${message}: the kernel rejects the input`, {
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
      return "A raw tracepoint accepts only context and cpu";
    }
    if (type === "syscall" && (data !== undefined || this.#options.repeat !== undefined)) {
      return "A syscall program accepts only context";
    }
    if (checksumComplete) return "checksumComplete needs Linux 6.15";
    if (liveFrames) return "liveFrames needs Linux 5.18 and an XDP program";
    if (cpu !== undefined) return "cpu is for raw tracepoints, and needs Linux 5.10";
    if (type === "xdp" && context !== undefined) {
      return "A context for XDP needs Linux 5.14, an existing ingress_ifindex, and data_end equal to the data's size";
    }
    if (context !== undefined)
      return "The kernel accepts only some fields of the context; the others must be 0";
    return undefined;
  }
}

function actionOf(type: ProgramType, value: number): string | undefined {
  if (type === "xdp") return xdpActions[value];
  if (type === "sched-cls" || type === "sched-act") return tcActions[value + 1];
  return undefined;
}
