import { invalidArgument } from "../arguments/index.ts";
import type { Item } from "../asm/index.ts";
import type { Codec } from "../codec/codec.ts";
import { EEXIST, EINVAL, EPERM } from "../errors/errno.ts";
import { NotSupportedError, PermissionError, SystemError } from "../errors/index.ts";
import { ifKnown, present } from "../format/inspected.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import type { AttachArguments } from "../link/attach-options.ts";
import type { Attachable } from "../link/attachable.ts";
import { attachBySection } from "../link/by-section.ts";
import type { Link } from "../link/link.ts";
import { ask } from "../live/ask.ts";
import { cloneHandle } from "../live/clone.ts";
import { closedOnError } from "../live/closing.ts";
import { pin, unpin } from "../live/pin.ts";
import { handleOf, Resource } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { type AttachType, type ProgramSpec, type ProgramType, programTypeName } from "../spec/index.ts";
import { type ProgramStream, readStream } from "./bpf-streams.ts";
import { createProgram, type ProgramOptions } from "./create.ts";
import { type ProgramInfo, type ProgramStats, privateTable, programInfo, programStats } from "./info.ts";
import { loadedInstructions } from "./instructions.ts";
import { functionsOf, type ProgramFunction, type SourceLine, sourceLines, wholeName } from "./lines.ts";
import { openFd, openId, openPin, programIds } from "./open.ts";
import { TestRun, type TestRunOptions, type TestRunResult } from "./test-run.ts";

/** Properties of a program in addition to its handle. */
export interface ProgramOrigin
  extends Pick<ProgramSpec, "name" | "type" | "section" | "attachTo" | "attachType"> {
  /** Codec of the struct that the context argument points to, created at first use. */
  readonly contextCodec?: Codec<unknown> | undefined;
}

/** A map that can be bound to a program. */
export interface BindableMap {
  /** The name of the map. */
  readonly name: string;
  /** @internal */
  readonly [handleOf]: Handle;
}

/**
 * A program that the verifier accepted. It does nothing until it is attached.
 *
 * @typeParam Type - The program type; `any` if the compiler does not know it.
 * @typeParam Section - The SEC name, which determines the options of `attach`.
 * @typeParam Context - The context of a test run of a syscall program.
 */
export class Program<
    // biome-ignore-start lint/suspicious/noExplicitAny: a program of any type is to fit where none is named
    Type extends ProgramType = any,
    Section extends string = any,
    Context = any,
    // biome-ignore-end lint/suspicious/noExplicitAny: see above
  >
  extends Resource
  implements Attachable<Type, Section>
{
  /** Name of the function in C. */
  readonly name: string;
  /** The program type. */
  readonly type: Type;
  /** SEC name, which is the default target of `attach`. */
  readonly section: Section;

  /** Attach target from the SEC name or the spec: `syscalls/sys_enter_execve`. */
  readonly attachTo: string | undefined;
  /** Attach type given at load time; undefined for types that need none, and for a program from a pin or an ID. */
  readonly attachType: AttachType | undefined;

  /** Verifier log of a program from `Program.create` with a `logLevel`; otherwise empty. */
  readonly log: string;

  readonly #origin: ProgramOrigin;
  #pins: Set<string> | undefined;

  /** @internal */
  constructor(handle: Handle, origin: ProgramOrigin, log = "") {
    super(handle, `program "${origin.name}"`, native().programClose);
    this.name = origin.name;
    this.type = origin.type as Type;
    this.section = origin.section as Section;
    this.attachTo = origin.attachTo;
    this.attachType = origin.attachType;
    this.log = log;
    this.#origin = origin;
  }

  /**
   * Loads instructions without an object file or a compiler.
   *
   * @returns A program that the caller closes. It has no SEC name, so attach it with a function of `link`.
   * @throws {@link VerifierError} when the verifier rejects it. The error has the verifier log and the reason.
   * @throws {@link AsmError} when a label is undefined, a jump is too far, or an instruction refers to a symbol of an
   * object file.
   * @throws {@link UnknownNameError} when the kernel has no function or variable of a name; {@link NoBtfError} when the
   * kernel has no BTF.
   * @throws {@link InvalidArgumentError} for an invalid option.
   * @throws {@link PermissionError} without the privilege, {@link NotSupportedError} when this kernel lacks the program
   * type, {@link LoadError} for any other reason.
   */
  static create<Type extends ProgramType>(options: ProgramOptions<Type>): Program<Type> {
    const { handle, name, type, attachTo, attachType, log } = createProgram(options);
    return new Program<Type>(handle, { name, type, section: "", attachTo, attachType }, log);
  }

  /**
   * Opens a pinned program.
   *
   * @returns A program that the caller closes. The pin remains.
   * @throws {@link PinError} when nothing, or something other than a program, is pinned at the path;
   * {@link PermissionError}.
   */
  static fromPin(path: string): Program {
    const program = Program.#adopt(openPin(path));
    program.#pins = new Set([path]);
    return program;
  }

  /**
   * Opens a program by its ID in the kernel.
   *
   * @returns A program that the caller closes.
   * @throws {@link NotExistError} when no program has the ID; {@link PermissionError} without CAP_SYS_ADMIN.
   */
  static fromId(id: number): Program {
    return Program.#adopt(openId(id));
  }

  /**
   * Opens the program of a file descriptor of this process. The descriptor stays open, and the caller still owns it.
   *
   * @returns A program that the caller closes.
   * @throws {@link InvalidArgumentError} when the descriptor is not a BPF program.
   */
  static fromFd(fd: number): Program {
    return Program.#adopt(openFd(fd));
  }

  /**
   * Iterates over the IDs of all programs in the kernel, in ascending order.
   *
   * @throws {@link PermissionError} without CAP_SYS_ADMIN.
   */
  static ids(): IterableIterator<number> {
    return programIds();
  }

  static #adopt(handle: Handle): Program {
    const { type, whole } = closedOnError(handle, native().programClose, (open) => {
      const { name, type } = ask("a program", ["bpf"], () => native().programInfo(open));
      return { type, whole: wholeName(open, name) };
    });
    return new Program(handle, {
      name: whole,
      type: programTypeName(type),
      section: "",
      attachTo: undefined,
      attachType: undefined,
    });
  }

  /**
   * Returns another object for the same program, with a descriptor of its own. Its `attach` works like that of this
   * object.
   *
   * @returns A program that the caller closes.
   * @throws {@link SystemError} (EMFILE), {@link ClosedError} after `close`.
   */
  clone(): Program<Type, Section, Context> {
    const own = this[handleOf];
    const handle = cloneHandle(`program "${this.name}"`, () => native().programClone(own));
    return new Program(handle, this.#origin, this.log);
  }

  /**
   * Another object for a program from a pin, with the properties that a pin does not have.
   *
   * @internal
   */
  static withOrigin(program: Program, origin: ProgramOrigin): Program {
    const own = program[handleOf];
    const handle = cloneHandle(`program "${origin.name}"`, () => native().programClone(own));
    return new Program(handle, origin);
  }

  /** The file descriptor, for operations that this package lacks. Closing the program closes it. */
  get fd(): number {
    return native().programFd(this[handleOf]);
  }

  /**
   * Attaches the program to the target of its SEC name, with the function of `link` for its type.
   *
   * @param options - Options of that function, such as `{ interface: "eth0" }` for XDP. They override the SEC name.
   * Options that the SEC name gives may be omitted.
   * @returns A link that the caller closes. Closing the program does not detach it.
   * @throws {@link AttachTargetError} when the SEC name and the options do not determine the target.
   * @throws {@link NoSymbolError}, {@link NoInterfaceError} when the target does not exist; {@link NotSupportedError}
   * when this kernel lacks the hook; {@link AttachError} when the kernel refuses for another reason.
   * @throws {@link PermissionError} without the privilege.
   * @throws {@link ClosedError} after `close`.
   */
  attach(...[options]: AttachArguments<Type, Section>): Link {
    return attachBySection(this, options);
  }

  /**
   * Runs the program without an event, on a thread of the pool.
   *
   * The kernel supports it for programs that process packets, raw tracepoints, syscall programs, sk_lookup, flow
   * dissectors, and tracing programs on the test functions of the kernel.
   *
   * @throws {@link NotSupportedError} when this kernel cannot test-run the program type.
   * @throws {@link SystemError} when the kernel rejects the input. The remedy has the reason if it is known.
   * @throws {@link EncodeError} when the context does not fit its C type; {@link InvalidArgumentError} for an invalid
   * option.
   * @throws {@link PermissionError} without CAP_BPF; {@link ClosedError} after `close`.
   *
   * @example
   * ```ts
   * const { action } = await program.testRun({ data: packet });
   * if (action !== "drop") throw new Error("the packet was not dropped");
   * ```
   *
   * @since Linux 4.12; raw tracepoints: 5.10; sk_lookup and syscall programs: 5.14
   */
  async testRun(options: TestRunOptions<Type, Context> = {}): Promise<TestRunResult<Type, Context>> {
    const run = new TestRun<Type, Context>(this, this.#origin.contextCodec, options);
    try {
      return run.result(await native().programTestRun(this[handleOf], run.request));
    } catch (error) {
      throw isNativeError(error) ? run.error(error.errno, error) : error;
    }
  }

  /** Synchronous `testRun`. It blocks the event loop, for long with a large `repeat`. */
  testRunSync(options: TestRunOptions<Type, Context> = {}): TestRunResult<Type, Context> {
    const run = new TestRun<Type, Context>(this, this.#origin.contextCodec, options);
    try {
      return run.result(native().programTestRunSync(this[handleOf], run.request));
    } catch (error) {
      throw isNativeError(error) ? run.error(error.errno, error) : error;
    }
  }

  /**
   * Returns the properties of the program in the kernel.
   *
   * @throws {@link PermissionError} on kernels that require CAP_BPF.
   */
  info(): ProgramInfo<Type> {
    const handle = this[handleOf];
    return ask(`program "${this.name}"`, ["bpf"], () => programInfo(handle)) as ProgramInfo<Type>;
  }

  /**
   * Returns the run count and run time while statistics were enabled: see `enableStats`.
   *
   * @example
   * ```ts
   * using switchedOn = enableStats();
   * await setTimeout(1000);
   * const { runCount, runTime } = program.stats();
   * ```
   *
   * @since Linux 5.1
   */
  stats(): ProgramStats {
    const handle = this[handleOf];
    return ask(`program "${this.name}"`, ["bpf"], () => programStats(handle));
  }

  /**
   * Returns the instructions after verification, of eight bytes each.
   *
   * @throws {@link PermissionError} without CAP_BPF.
   * @since Linux 4.15
   */
  translated(): Uint8Array {
    return privateTable(this[handleOf], this.name, "translated", "instructions").bytes;
  }

  /**
   * Returns the instructions after verification as data, with names of maps and functions, labels and lines of C if
   * this process may read them. `asm.print` formats them.
   *
   * @throws {@link PermissionError} without CAP_BPF.
   */
  instructions(): Item[] {
    return loadedInstructions(this[handleOf], this.name);
  }

  /**
   * Returns the machine code of the program and its functions, one after another; empty without the JIT.
   *
   * @throws {@link PermissionError} without CAP_BPF, or when the kernel hides its addresses (kernel.kptr_restrict).
   */
  jited(): Uint8Array {
    return privateTable(this[handleOf], this.name, "jited", "machine code").bytes;
  }

  /**
   * Returns the lines of C of the translated instructions; empty for a program without BTF.
   *
   * @throws {@link PermissionError} without CAP_SYS_ADMIN.
   * @since Linux 5.0
   */
  lines(): SourceLine[] {
    const handle = this[handleOf];
    return ask(`the lines of program "${this.name}"`, ["bpf", "sys_admin"], () =>
      sourceLines(handle, this.name),
    );
  }

  /**
   * Returns the main function and the functions that it calls; empty for a program without BTF.
   *
   * @throws {@link PermissionError} without CAP_SYS_ADMIN.
   * @since Linux 5.0
   */
  functions(): ProgramFunction[] {
    const handle = this[handleOf];
    return ask(`the functions of program "${this.name}"`, ["bpf", "sys_admin"], () =>
      functionsOf(handle, this.name),
    );
  }

  /**
   * Reads and removes the output that the program has written to a stream since the last call.
   *
   * @throws {@link NotSupportedError} before Linux 6.17; {@link PermissionError} without CAP_BPF.
   */
  readStream(stream: ProgramStream): string {
    return readStream(this[handleOf], this.name, stream);
  }

  /** @internal */
  protected override inspectedFields(): object {
    const { type, section, attachTo } = this;
    const id = ifKnown(() => this.info().id);
    return present({ type, section: section === "" ? undefined : section, attachTo, id });
  }

  /**
   * Pins the program at a path in a bpffs. The pin keeps the program alive after this process. Missing directories are
   * created.
   *
   * @throws {@link PinError} when the path exists or is not on a bpffs; {@link PermissionError}.
   */
  pin(path: string): void {
    const handle = this[handleOf];
    pin(`program "${this.name}"`, path, (at) => native().programPin(handle, at));
    this.#pins ??= new Set();
    this.#pins.add(path);
  }

  /**
   * Removes the pin at `path`; by default, all pins whose paths `pin` and `fromPin` were called with. The program
   * exists as long as it is open or attached.
   *
   * @throws {@link PinError} when nothing is pinned there; {@link PermissionError}.
   */
  unpin(path?: string): void {
    if (this.closed) this[handleOf];
    for (const each of path === undefined ? [...(this.#pins ?? [])] : [path]) {
      unpin(`program "${this.name}"`, each);
      this.#pins?.delete(each);
    }
  }

  /**
   * Binds the lifetime of a map to the program, even if the program does not use the map. For metadata of the program.
   *
   * @throws {@link NotSupportedError} before Linux 5.10; {@link PermissionError}.
   */
  bindMap(map: BindableMap): void {
    if (typeof map?.[handleOf] !== "number") throw invalidArgument("map of bindMap", "a Map", map);
    const status = native().programBindMap(this[handleOf], map[handleOf]);
    const errno = -status;
    // The map is already bound.
    if (status >= 0 || errno === EEXIST) return;
    const message = `cannot bind map "${map.name}" to program "${this.name}"`;
    const details = { operation: "bind map", errno };
    if (errno === EPERM) throw new PermissionError(message, { ...details, remedy: privilegeRemedy(["bpf"]) });
    if (errno === EINVAL) throw new NotSupportedError(message, { ...details, remedy: "Needs Linux 5.10" });
    throw new SystemError(message, details);
  }
}
