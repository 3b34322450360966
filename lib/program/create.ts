import {
  type Check,
  checkText,
  checkU32,
  invalidArgument,
  optional,
  optionsOf,
  type Schema,
} from "../arguments/index.ts";
import { encodePlain, encodeResolved } from "../asm/encode.ts";
import { Instruction, type Item, Label, resolve } from "../asm/index.ts";
import { EACCES, EPERM } from "../errors/errno.ts";
import { AsmError, type EbpfError, LoadError, NotSupportedError, PermissionError } from "../errors/index.ts";
import { attempt } from "../explain/attempt.ts";
import { verifierRefusal } from "../explain/verifier-refusal.ts";
import { capabilitiesFor } from "../features/capabilities.ts";
import { programTypeSince } from "../features/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { needsLinux } from "../kernel/version.ts";
import { handleOf, kindOf, type Resource } from "../live/resource.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError, type NativeError } from "../native/handle.ts";
import { loadHeader, type NativeProgramCreated, type NativeProgramOptions } from "../native/program.ts";
import { type AttachType, attachTypeNumber, type ProgramType, programTypeNumber } from "../spec/index.ts";
import { checkAttachType, checkProgramType } from "../spec/kernel-names.ts";
import { checkLogLevel, type LogLevel } from "../verifier/log-level.ts";
import { type FunctionTypes, functionTypes } from "./function-types.ts";
import { attachBtfId, kernelVariableId, kfuncId } from "./kernel-btf-ids.ts";
import { btfOf } from "./lines.ts";
import { checkKernelName, request, requestWords, writeHeader } from "./load-request.ts";

/** Options of `Program.create`. */
export interface ProgramOptions<Type extends ProgramType = ProgramType> {
  /** Program type. */
  type: Type;
  /** Instructions from the functions of `asm` or from `asm.parse`. Maps that they refer to may be closed afterwards. */
  instructions: readonly Item[];
  /** License, such as `GPL` or `Dual MIT/GPL`. Many helpers require a GPL-compatible license. Default: none. */
  license?: string;
  /** Name for tools such as bpftool: letters, digits, `_` and `.`. The kernel keeps 15 characters. Default: none. */
  name?: string;
  /** Attach type, for program types that the verifier checks against it: `cgroup-inet4-connect`, `trace-fentry`. */
  attachType?: AttachType;
  /**
   * Attach target of a program of type tracing, lsm or ext: a function of the kernel or of `attachProgram`, a
   * tracepoint, an LSM hook, or an iterator. For other types it is the default target of `attach`.
   */
  attachTo?: string;
  /** The program that contains the function `attachTo`. */
  attachProgram?: Resource & {
    /** Program type. */
    readonly type: ProgramType;
  };
  /** BPF_F_* flags of BPF_PROG_LOAD. Default 0. */
  flags?: number;
  /** Verbosity of the verifier log of an accepted program, for `program.log`. Default `none`. */
  logLevel?: LogLevel;
}

export interface Created {
  readonly handle: Handle;
  readonly name: string;
  readonly type: ProgramType;
  readonly attachTo: string | undefined;
  readonly attachType: AttachType | undefined;
  readonly log: string;
}

const checkItems: Check<readonly Item[]> = (value, subject) => {
  if (!Array.isArray(value)) throw invalidArgument(subject, "an array of instructions and labels", value);
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    if (item instanceof Instruction || item instanceof Label) continue;
    throw invalidArgument(`${subject}, element ${index}`, "an instruction or a label", item);
  }
  return value;
};

// Checks the kind instead of the class, because this file must not import the class Program.
const checkProgram: Check<ProgramOptions["attachProgram"]> = (value, subject) => {
  if (kindOf(value) === "program") return value as ProgramOptions["attachProgram"];
  throw invalidArgument(subject, "a Program", value);
};

const schema: Schema<ProgramOptions> = {
  type: checkProgramType,
  instructions: checkItems,
  license: optional(checkText),
  name: optional(checkKernelName),
  attachType: optional(checkAttachType),
  attachTo: optional(checkText),
  attachProgram: optional(checkProgram),
  flags: optional(checkU32),
  logLevel: optional((value, subject) => {
    checkLogLevel(value, subject);
    return value as LogLevel;
  }),
};

const checkAll = optionsOf(schema);

// The verifier checks these program types against their target.
const boundToTarget: ReadonlySet<ProgramType> = new Set<ProgramType>(["tracing", "lsm", "ext"]);

/**
 * Loads instructions with one system call. Going through an object file would cost several times as much.
 */
export function createProgram(given: ProgramOptions): Created {
  return createPlain(given) ?? createAny(checkAll(given, "Program.create"));
}

/**
 * Loads a program that has only common options and nothing to resolve. Its overhead is half of that of
 * {@link createAny}.
 *
 * @returns Undefined for a program that needs {@link createAny}.
 */
function createPlain(given: ProgramOptions): Created | undefined {
  for (const option in given) {
    if (option !== "type" && option !== "instructions" && option !== "license" && option !== "name")
      return undefined;
  }
  const { type, instructions, license = "", name = "" } = given ?? {};
  if (!Array.isArray(instructions) || !writeHeader(type, name, license)) return undefined;
  const slots = encodePlain(instructions, requestWords);
  if (slots === undefined || slots === 0) return undefined;
  const handle = loadRequest(slots, type, name, license);
  return { handle, name: name || type, type, attachTo: undefined, attachType: undefined, log: "" };
}

function createAny(options: ProgramOptions): Created {
  const { type, name = "", license = "", attachTo, attachType } = options;
  const resolved = resolve(options.instructions);
  const { instructions, slots } = resolved;
  if (slots === 0) throw new AsmError("instructions of Program.create: expected one or more, received 0");
  const bytes = encodeResolved(instructions, slots, hostIsLittleEndian, find);
  const more = moreFor(options, functionTypes(name || "program", resolved));
  const created = { name: name || type, type, attachTo, attachType };
  if (Object.keys(more).length === 0 && bytes.length <= requestWords.byteLength) {
    request.set(bytes, loadHeader.size);
    if (writeHeader(type, name, license))
      return { ...created, handle: loadRequest(slots, type, name, license), log: "" };
  }
  const { program, log } = loadWith(more, bytes, type, name, license);
  return { ...created, handle: program, log };
}

function loadRequest(slots: number, type: ProgramType, name: string, license: string): Handle {
  const handle = native().programLoad(request, slots);
  if (handle >= 0) return handle;
  // Loads the program again with a log, so that the error can explain the refusal. A log makes verification several
  // times slower.
  const bytes = request.subarray(loadHeader.size, loadHeader.size + slots * 8);
  return loadWith({ logLevel: 1 }, bytes, type, name, license).program;
}

function loadWith(
  more: NativeProgramOptions,
  bytes: Uint8Array,
  type: ProgramType,
  name: string,
  license: string,
): NativeProgramCreated {
  try {
    return native().programCreate(bytes, programTypeNumber(type), name.slice(0, 15), license, more);
  } catch (error) {
    throw isNativeError(error) ? createError(type, name, error) : error;
  }
}

/** Rarely used options. */
function moreFor(
  { type, attachType, attachTo, attachProgram, flags, logLevel }: ProgramOptions,
  functions: FunctionTypes | undefined,
): NativeProgramOptions {
  const more: NativeProgramOptions = { ...functions };
  if (attachType !== undefined) more.attachType = attachTypeNumber(attachType);
  if (flags !== undefined) more.flags = flags;
  if (logLevel !== undefined) more.logLevel = checkLogLevel(logLevel, "logLevel");
  if (attachProgram !== undefined) more.attachProgram = attachProgram[handleOf];
  if (attachTo !== undefined && boundToTarget.has(type)) {
    const btf = attachProgram === undefined ? undefined : btfOf(attachProgram[handleOf]);
    more.attachBtfId = attachBtfId(attachTo, attachType, btf);
  }
  return more;
}

function find(instruction: Instruction): number {
  const { target } = instruction;
  if (target?.kind === "kfunc") return kfuncId(target.name);
  if (target?.kind === "ksym") return kernelVariableId(target.name);
  throw new AsmError(`\`${instruction}\` refers to a symbol of an object file, and there is no object file`, {
    remedy: "Pass an open Map",
  });
}

function createError(type: ProgramType, givenName: string, error: NativeError): EbpfError {
  const { errno, log } = error;
  const name = givenName || type;
  const message = `cannot load program "${name}"`;
  const details = { operation: "load", errno, cause: error };
  const refusal = attempt(() => verifierRefusal({ name, type, section: "", log, errno }));
  if (refusal !== undefined) return refusal;
  const privilege =
    errno === EPERM || errno === EACCES ? privilegeRemedy(capabilitiesFor({ programs: [type] })) : undefined;
  if (privilege !== undefined) return new PermissionError(message, { ...details, remedy: privilege });
  const lack = needsLinux(programTypeSince(type));
  if (lack !== undefined) return new NotSupportedError(message, { ...details, remedy: lack });
  return new LoadError(message, { log, subject: name, ...details });
}
