import { cannotAttach } from "../errors/cannot-attach.ts";
import { InvalidArgumentError, NotSupportedError } from "../errors/index.ts";
import { attachTypeNumber, type HookName, hooks } from "../hooks/index.ts";
import { needsLinux } from "../kernel/version.ts";
import { native } from "../native/addon.ts";
import { attached, attempt } from "./attach.ts";
import type { Attachable, AttachableTo } from "./attachable.ts";
import type { Link } from "./link.ts";

/** Options of tracing programs. Their target is set at load time by the SEC name or by `attachTo` of the spec. */
export interface TracingOptions {
  /** The value that bpf_get_attach_cookie returns in the program. Default 0. @since Linux 5.19; 6.10 for tp_btf */
  cookie?: bigint;
}

/**
 * Attaches a program to the entry of a kernel function, or of a function of another BPF program.
 *
 * @returns A link that the caller closes.
 * @throws {@link NotSupportedError} when this kernel does not support the hook or an option.
 * @throws {@link AttachError} when the kernel rejects the attachment for another reason.
 * @throws {@link InvalidArgumentError}, {@link ProgramTypeError}, {@link PermissionError} (CAP_PERFMON),
 * {@link ClosedError}.
 *
 * @example
 * ```ts
 * // The program is in SEC("fentry/vfs_unlink").
 * using entry = link.fentry(program, { cookie: 1n });
 * ```
 *
 * @since Linux 5.5
 */
export function fentry(program: AttachableTo<"fentry">, options: TracingOptions = {}): Link {
  return attach("fentry", program, options);
}

/**
 * Attaches a program to the return of a kernel function, or of a function of another BPF program.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link fentry}.
 *
 * @example
 * ```ts
 * // The program is in SEC("fexit/vfs_unlink").
 * using exit = link.fexit(program);
 * ```
 *
 * @since Linux 5.5
 */
export function fexit(program: AttachableTo<"fexit">, options: TracingOptions = {}): Link {
  return attach("fexit", program, options);
}

/**
 * Attaches a program that can replace the return value of a kernel function and skip the function. The kernel allows
 * this for `security_*` functions, for functions with error injection, and from Linux 7.0 for syscalls.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link fentry}.
 *
 * @example
 * ```ts
 * // The program is in SEC("fmod_ret/security_file_open").
 * using filter = link.fmodRet(program);
 * ```
 *
 * @since Linux 5.7
 */
export function fmodRet(program: AttachableTo<"fmod-ret">, options: TracingOptions = {}): Link {
  return attach("fmod-ret", program, options);
}

/**
 * Attaches one program to both the entry and the return of a kernel function.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link fentry}.
 *
 * @example
 * ```ts
 * // The program is in SEC("fsession/vfs_unlink").
 * using session = link.fsession(program);
 * ```
 *
 * @since Linux 7.0
 */
export function fsession(program: AttachableTo<"fsession">, options: TracingOptions = {}): Link {
  return attach("fsession", program, options);
}

/**
 * Attaches a program to a hook of the Linux Security Modules (LSM). The program can deny the operation.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link fentry}.
 *
 * @example
 * ```ts
 * // The program is in SEC("lsm/file_open").
 * using policy = link.lsm(program);
 * ```
 *
 * @since Linux 5.7
 */
export function lsm(program: AttachableTo<"lsm">, options: TracingOptions = {}): Link {
  return attach("lsm", program, options);
}

/**
 * Attaches a program to a tracepoint. The program receives the arguments with their types from BTF.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link fentry}.
 *
 * @example
 * ```ts
 * // The program is in SEC("tp_btf/sched_switch").
 * using switches = link.tpBtf(program);
 * ```
 *
 * @since Linux 5.5
 */
export function tpBtf(program: AttachableTo<"tp-btf">, options: TracingOptions = {}): Link {
  return attach("tp-btf", program, options);
}

type TracingHook = Extract<HookName, "fentry" | "fexit" | "fmod-ret" | "fsession" | "lsm" | "tp-btf">;

function attach(name: TracingHook, program: Attachable, given: TracingOptions): Link {
  const attempted = attempt(name, program, given);
  const { handle, options } = attempted;
  const { title, attachTypes } = hooks[name];
  const [attachType] = Object.keys(attachTypes) as [keyof typeof attachTypes];
  if (program.attachType !== undefined && program.attachType !== attachType)
    throw new InvalidArgumentError(
      `program "${program.name}" was loaded for "${program.attachType}", not for ${title}`,
    );
  const where = program.attachTo === undefined ? title : `${title} "${program.attachTo}"`;
  if (name === "tp-btf" && options.cookie !== undefined) refuseIgnoredCookie(program, where);
  return attached(attempted, { where }, () =>
    native().linkCreate(handle, { attachType: attachTypeNumber(attachType), ...options }),
  );
}

/** Linux 5.19 to 6.9 support cookies of other tracing programs but ignore those of tp_btf programs. */
function refuseIgnoredCookie(program: Attachable, where: string): void {
  const old = needsLinux(hooks["tp-btf"].options.cookie.since);
  if (old === undefined) return;
  throw new NotSupportedError(`${cannotAttach(program.name)} to ${where} with a cookie`, {
    operation: "attach",
    remedy: old,
  });
}
