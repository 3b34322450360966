import {
  type Check,
  checkText,
  checkU32,
  instanceOf,
  invalidArgument,
  nameUpTo,
  optional,
  optionsOf,
  type Schema,
} from "../arguments/index.ts";
import { hostIsLittleEndian } from "../asm/decode.ts";
import { encodeResolved } from "../asm/encode.ts";
import { Instruction, type Item, Label, resolve } from "../asm/index.ts";
import { EACCES, EPERM } from "../errors/errno.ts";
import { AsmError, type EbpfError, LoadError, NotSupportedError, PermissionError } from "../errors/index.ts";
import { attempt } from "../explain/attempt.ts";
import { verifierRefusal } from "../explain/verifier-refusal.ts";
import { capabilitiesFor } from "../features/capabilities.ts";
import { programTypeSince } from "../features/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { needsLinux } from "../kernel/version.ts";
import { handleOf, Resource } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError, type NativeError } from "../native/handle.ts";
import type { NativeProgramOptions } from "../native/program.ts";
import {
  type AttachType,
  attachTypeNumber,
  type ProgramType,
  programTypeName,
  programTypeNumber,
} from "../spec/index.ts";
import { checkLogLevel, type LogLevel } from "../verifier/log-level.ts";
import { type FunctionTypes, functionTypes } from "./function-types.ts";
import { attachBtfId, kernelVariableId, kfuncId } from "./kernel-btf-ids.ts";
import { btfOf } from "./lines.ts";

/** Options of `Program.create`. */
export interface ProgramOptions<Type extends ProgramType = ProgramType> {
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
  attachProgram?: Resource;
  /** BPF_F_* flags of BPF_PROG_LOAD. Default 0. */
  flags?: number;
  /** Verbosity of the verifier log of an accepted program, for `program.log`. Default `none`. */
  logLevel?: LogLevel;
}

export interface Created {
  readonly handle: Handle;
  readonly name: string;
  readonly log: string;
  readonly options: ProgramOptions;
}

const checkName = nameUpTo(128);

const checkKernelName: Check<string> = (value, subject) => {
  if (typeof value === "string" && /^[\w.]*$/.test(value))
    return value === "" ? "" : checkName(value, subject);
  throw invalidArgument(subject, 'letters, digits, "_" and "." only', value);
};

const checkType: Check<ProgramType> = (value, subject) => {
  const number = typeof value === "string" ? programTypeNumber(value as ProgramType) : -1;
  if (number >= 0 && programTypeName(number) === value) return programTypeName(number);
  throw invalidArgument(subject, "a program type", value);
};

const checkItems: Check<readonly Item[]> = (value, subject) => {
  if (!Array.isArray(value)) throw invalidArgument(subject, "an array of instructions and labels", value);
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    if (item instanceof Instruction || item instanceof Label) continue;
    throw invalidArgument(`${subject}, element ${index}`, "an instruction or a label", item);
  }
  return value;
};

const checkAttachType: Check<AttachType> = (value, subject) => {
  attachTypeNumber(checkText(value, subject) as AttachType);
  return value as AttachType;
};

const schema: Schema<ProgramOptions> = {
  type: checkType,
  instructions: checkItems,
  license: optional(checkText),
  name: optional(checkKernelName),
  attachType: optional(checkAttachType),
  attachTo: optional(checkText),
  attachProgram: optional(instanceOf(Resource, "a Program")),
  flags: optional(checkU32),
  logLevel: optional((value, subject) => {
    checkLogLevel(value, subject);
    return value as LogLevel;
  }),
};

const checkAll = optionsOf(schema);

const subject = (name: string): string => `${name} of Program.create`;
const subjects = Object.fromEntries(Object.keys(schema).map((name) => [name, subject(name)]));

/**
 * The options, checked. Those that are given, and no others, since checking all costs a tenth of making a program; what
 * is wrong with the whole is told by the check of all.
 */
function checkOptions(given: ProgramOptions): ProgramOptions {
  if (typeof given !== "object" || given === null) return checkAll(given, "Program.create");
  const options = { ...given };
  for (const name in options) {
    const check: Check<unknown> | undefined = Object.hasOwn(schema, name)
      ? schema[name as keyof ProgramOptions]
      : undefined;
    if (check === undefined) return checkAll(given, "Program.create");
    check(options[name as keyof ProgramOptions], subjects[name] as string);
  }
  if (options.type === undefined || options.instructions === undefined)
    return checkAll(given, "Program.create");
  return options;
}

// The verifier checks these program types against their target.
const boundToTarget: ReadonlySet<ProgramType> = new Set<ProgramType>(["tracing", "lsm", "ext"]);

/**
 * Loads instructions with one system call. Going through an object file would cost several times as much.
 */
export function createProgram(given: ProgramOptions): Created {
  const options = checkOptions(given);
  const { type, name = "", license = "" } = options;
  const resolved = resolve(options.instructions);
  if (resolved.slots === 0) throw new AsmError("a program has at least one instruction");
  const instructions = encodeResolved(resolved.instructions, resolved.slots, hostIsLittleEndian, find);
  const more = moreFor(options, functionTypes(name || "program", resolved));
  try {
    const made = native().programCreate(
      instructions,
      programTypeNumber(type),
      name.slice(0, 15),
      license,
      more,
    );
    const [handle, log] = typeof made === "number" ? [made, ""] : [made.program, made.log];
    return { handle, name: name === "" ? type : name, log, options };
  } catch (error) {
    throw isNativeError(error) ? createError(options, error) : error;
  }
}

/** What few programs need; undefined for all others. */
function moreFor(
  { type, attachType, attachTo, attachProgram, flags, logLevel }: ProgramOptions,
  functions: FunctionTypes | undefined,
): NativeProgramOptions | undefined {
  const more: NativeProgramOptions = { ...functions };
  if (attachType !== undefined) more.attachType = attachTypeNumber(attachType);
  if (flags !== undefined) more.flags = flags;
  if (logLevel !== undefined) more.logLevel = checkLogLevel(logLevel, "logLevel");
  if (attachProgram !== undefined) more.attachProgram = attachProgram[handleOf];
  if (attachTo !== undefined && boundToTarget.has(type)) {
    const btf = attachProgram === undefined ? undefined : btfOf(attachProgram[handleOf]);
    more.attachBtfId = attachBtfId(attachTo, attachType, btf);
  }
  return Object.keys(more).length === 0 ? undefined : more;
}

function find(instruction: Instruction): number {
  const { target } = instruction;
  if (target?.kind === "kfunc") return kfuncId(target.name);
  if (target?.kind === "ksym") return kernelVariableId(target.name);
  throw new AsmError(`\`${instruction}\` refers to a symbol of an object file, and there is no object file`, {
    remedy: "Pass an open Map",
  });
}

function createError(options: ProgramOptions, error: NativeError): EbpfError {
  const { type } = options;
  const { errno, log } = error;
  const name = options.name || type;
  const message = `cannot load program "${name}"`;
  const details = { operation: "load", errno, cause: error };
  const refusal = attempt(() => verifierRefusal({ name, type, section: "", log, errno }));
  if (refusal !== undefined) return refusal;
  const privilege =
    errno === EPERM || errno === EACCES ? privilegeRemedy(capabilitiesFor({ programs: [type] })) : undefined;
  if (privilege !== undefined) return new PermissionError(message, { ...details, remedy: privilege });
  const lack = needsLinux(programTypeSince(type));
  if (lack !== undefined) return new NotSupportedError(message, { ...details, remedy: lack });
  return new LoadError(message, log, name, details);
}
