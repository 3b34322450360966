import type { Item } from "../asm/index.ts";
import type { Codec } from "../codec/codec.ts";
import { EEXIST, EINVAL, EPERM } from "../errno.ts";
import { NotSupportedError, PermissionError, SystemError } from "../errors.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import type { AttachArguments } from "../link/attach-options.ts";
import type { Attachable } from "../link/attachable.ts";
import { attachBySection } from "../link/by-section.ts";
import type { Link } from "../link/link.ts";
import { ask } from "../live/ask.ts";
import { pin, unpin } from "../live/pin.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf, Resource } from "../resource.ts";
import { type AttachType, type ProgramSpec, type ProgramType, programTypeName } from "../spec/index.ts";
import { createProgram, type ProgramOptions } from "./create.ts";
import { type ProgramInfo, type ProgramStats, privateTable, programInfo, programStats } from "./info.ts";
import { loadedInstructions } from "./instructions.ts";
import { functionsOf, type ProgramFunction, type SourceLine, sourceLines, wholeName } from "./lines.ts";
import { openFd, openId, openPin, programIds } from "./open.ts";
import { type ProgramStream, readStream } from "./streams.ts";
import { TestRun, type TestRunOptions, type TestRunResult } from "./test-run.ts";

/** What is known of a program besides its handle. */
export interface ProgramOrigin
  extends Pick<ProgramSpec, "name" | "type" | "section" | "attachTo" | "attachType"> {
  /** Of the struct that its function points to; made when it is asked for. */
  readonly contextCodec?: Codec<unknown> | undefined;
}

/** A map, as far as binding one takes it. */
export interface BindableMap {
  readonly name: string;
  /** @internal */
  readonly [handleOf]: Handle;
}

/** A program that the verifier has accepted. It does nothing until it is attached. */
export class Program<Type extends ProgramType = ProgramType> extends Resource implements Attachable {
  /** The name of its function in C. */
  readonly name: string;
  readonly type: Type;
  /** Its SEC name, which says where `attach` attaches it. */
  readonly section: string;

  /** What its SEC name, or the spec it was loaded from, says it is attached to: `syscalls/sys_enter_execve`. */
  readonly attachTo: string | undefined;
  /** Where it was loaded to be attached; undefined where its type needs none, or when it came from a pin or an id. */
  readonly attachType: AttachType | undefined;

  /** What the verifier wrote when it was made by `Program.create` with a `logLevel`; else empty. */
  readonly log: string;

  readonly #origin: ProgramOrigin;
  readonly #pins = new Set<string>();

  /** @internal */
  constructor(handle: Handle, origin: ProgramOrigin, log = "") {
    super(handle, `program "${origin.name}"`, native().programClose);
    this.name = origin.name;
    this.type = origin.type as Type;
    this.section = origin.section;
    this.attachTo = origin.attachTo;
    this.attachType = origin.attachType;
    this.log = log;
    this.#origin = origin;
  }

  /**
   * Loads instructions that were made here, without an object file and without a compiler.
   *
   * @returns A program that the caller closes. `attach` has no SEC name to go by: attach it by a function of `link`.
   * @throws VerifierError when it is refused; its log and its reason are those of the kernel.
   * @throws AsmError when a label is missing, a jump is too far, or a name has to be looked up in an object.
   * @throws UnknownNameError when the kernel has no function or variable of a name; NoBtfError when it has no BTF to find
   * it in.
   * @throws InvalidArgumentError for an option that makes no sense.
   * @throws PermissionError without the privilege, NotSupportedError when this kernel has no programs of the type,
   * LoadError for any other reason.
   */
  static create<Type extends ProgramType>(options: ProgramOptions<Type>): Program<Type> {
    const { handle, name, log, options: checked } = createProgram(options);
    const { type, attachTo, attachType } = checked;
    return new Program<Type>(handle, { name, type, section: "", attachTo, attachType }, log);
  }

  /**
   * Opens a pinned program.
   *
   * @returns A program that the caller closes; the pin stays.
   * @throws PinError when nothing, or something else, is pinned there; PermissionError.
   */
  static fromPin(path: string): Program {
    return Program.#adopt(openPin(path));
  }

  /**
   * Opens a program of this machine by its id.
   *
   * @returns A program that the caller closes.
   * @throws NotExistError when there is none of that id; PermissionError without CAP_SYS_ADMIN.
   */
  static fromId(id: number): Program {
    return Program.#adopt(openId(id));
  }

  /**
   * Takes a program from a file descriptor of this process, which stays open and the caller's.
   *
   * @returns A program that the caller closes.
   * @throws InvalidArgumentError when the descriptor is none of a program.
   */
  static fromFd(fd: number): Program {
    return Program.#adopt(openFd(fd));
  }

  /**
   * The ids of all programs on this machine, lowest first.
   *
   * @throws PermissionError without CAP_SYS_ADMIN.
   */
  static ids(): IterableIterator<number> {
    return programIds();
  }

  static #adopt(handle: Handle): Program {
    const { name, type } = native().programInfo(handle);
    const whole = wholeName(handle, name);
    return new Program(handle, {
      name: whole,
      type: programTypeName(type),
      section: "",
      attachTo: undefined,
      attachType: undefined,
    });
  }

  /** The file descriptor, for what this package does not do. It is closed with the program. */
  get fd(): number {
    return native().programFd(this[handleOf]);
  }

  /**
   * Attaches the program where its SEC name says, with the function of `link` for its kind.
   *
   * @param options - Those of that function, which go before the SEC name: `{ interface: "eth0" }` for XDP. What the
   * name says need not be said.
   * @returns A link that the caller closes; closing the program does not detach it.
   * @throws AttachTargetError when the SEC name and the options together do not say where.
   * @throws NoSymbolError, NoInterfaceError when there is no such place; NotSupportedError when this kernel has no such
   * hook; AttachError when the kernel refuses for another reason.
   * @throws PermissionError without the privilege.
   * @throws ClosedError after `close`.
   */
  attach(...[options]: AttachArguments<Type>): Link {
    return attachBySection(this, options);
  }

  /**
   * Runs the program without an event, on a thread of the pool.
   *
   * It works for programs that see packets, raw tracepoints, syscall programs, sk_lookup, flow dissectors, and, with
   * functions of the kernel made for the purpose, tracing programs.
   *
   * @throws NotSupportedError when this kernel cannot run programs of this type so.
   * @throws SystemError when the kernel does not take the input; its remedy tells why as far as is known.
   * @throws EncodeError when the context does not fit its C type; InvalidArgumentError for an impossible option.
   * @throws PermissionError without CAP_BPF. ClosedError after `close`.
   *
   * Linux 4.12, raw tracepoints 5.10, sk_lookup 5.14, syscall programs 5.14.
   */
  async testRun(options: TestRunOptions<Type> = {}): Promise<TestRunResult<Type>> {
    const run = new TestRun<Type>(this, this.#origin.contextCodec, options);
    try {
      return run.result(await native().programTestRun(this[handleOf], run.request));
    } catch (error) {
      throw isNativeError(error) ? run.error(error.errno, error) : error;
    }
  }

  /** `testRun` on this thread: with a great `repeat` the event loop stands still meanwhile. */
  testRunSync(options: TestRunOptions<Type> = {}): TestRunResult<Type> {
    const run = new TestRun<Type>(this, this.#origin.contextCodec, options);
    try {
      return run.result(native().programTestRunSync(this[handleOf], run.request));
    } catch (error) {
      throw isNativeError(error) ? run.error(error.errno, error) : error;
    }
  }

  /**
   * What the kernel tells of the program.
   *
   * @throws PermissionError on kernels that tell only those with CAP_BPF.
   */
  info(): ProgramInfo<Type> {
    const handle = this[handleOf];
    return ask(`program "${this.name}"`, ["bpf"], () => programInfo(handle)) as ProgramInfo<Type>;
  }

  /** How often it ran, and how long it took, while measuring was on: see `enableStats`. Linux 5.1. */
  stats(): ProgramStats {
    const handle = this[handleOf];
    return ask(`program "${this.name}"`, ["bpf"], () => programStats(handle));
  }

  /**
   * The instructions after the verifier's rewriting, of eight bytes each. Linux 4.15.
   *
   * @throws PermissionError without CAP_BPF.
   */
  translated(): Uint8Array {
    return privateTable(this[handleOf], this.name, "translated", "instructions").bytes;
  }

  /**
   * The instructions after the verifier's rewriting, as data: maps and functions by their names, places named, lines of C,
   * as far as this process may know them. `asm.print` shows them.
   *
   * @throws PermissionError without CAP_BPF.
   */
  instructions(): Item[] {
    return loadedInstructions(this[handleOf], this.name);
  }

  /**
   * The machine code of the program and the functions that it calls, one after the other; empty without the JIT.
   *
   * @throws PermissionError without CAP_BPF, or when the kernel hides its addresses (kernel.kptr_restrict).
   */
  jited(): Uint8Array {
    return privateTable(this[handleOf], this.name, "jited", "machine code").bytes;
  }

  /**
   * The lines of C that the translated instructions came from; empty when it was loaded without BTF. Linux 5.0.
   *
   * @throws PermissionError without CAP_SYS_ADMIN.
   */
  lines(): SourceLine[] {
    const handle = this[handleOf];
    return ask(`the lines of program "${this.name}"`, ["bpf", "sys_admin"], () =>
      sourceLines(handle, this.name),
    );
  }

  /**
   * The program's own function and those that it calls; empty when it was loaded without BTF. Linux 5.0.
   *
   * @throws PermissionError without CAP_SYS_ADMIN.
   */
  functions(): ProgramFunction[] {
    const handle = this[handleOf];
    return ask(`the functions of program "${this.name}"`, ["bpf", "sys_admin"], () =>
      functionsOf(handle, this.name),
    );
  }

  /**
   * Takes out what the program has written to one of its streams since the last time.
   *
   * @throws NotSupportedError before Linux 6.17; PermissionError without CAP_BPF.
   */
  readStream(stream: ProgramStream): string {
    return readStream(this[handleOf], this.name, stream);
  }

  /**
   * Pins the program under a path on a bpffs, folders on the way included: it then outlives this process.
   *
   * @throws PinError when there is something already, or the path is not on a bpffs; PermissionError.
   */
  pin(path: string): void {
    const handle = this[handleOf];
    pin(`program "${this.name}"`, path, (at) => native().programPin(handle, at));
    this.#pins.add(path);
  }

  /**
   * Removes the pin at `path`, or without it all that `pin` made. The program lives on while it is open or attached.
   *
   * @throws PinError when nothing is pinned there; PermissionError.
   */
  unpin(path?: string): void {
    if (this.closed) this[handleOf];
    for (const each of path === undefined ? [...this.#pins] : [path]) {
      unpin(`program "${this.name}"`, each);
      this.#pins.delete(each);
    }
  }

  /**
   * Ties a map's life to the program's, though the program does not use it: for data about the program.
   *
   * @throws NotSupportedError before Linux 5.10; PermissionError.
   */
  bindMap(map: BindableMap): void {
    const status = native().programBindMap(this[handleOf], map[handleOf]);
    const errno = -status;
    // Bound already, by itself or by an earlier call.
    if (status >= 0 || errno === EEXIST) return;
    const message = `cannot bind map "${map.name}" to program "${this.name}"`;
    const details = { operation: "bind map", errno };
    if (errno === EPERM) throw new PermissionError(message, { ...details, remedy: privilegeRemedy(["bpf"]) });
    if (errno === EINVAL) throw new NotSupportedError(message, { ...details, remedy: "Needs Linux 5.10" });
    throw new SystemError(message, details);
  }
}
