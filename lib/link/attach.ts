import { cannotAttach } from "../errors/cannot-attach.ts";
import {
  E2BIG,
  EACCES,
  EBUSY,
  EEXIST,
  EINVAL,
  ENOSYS,
  ENOTSUPP,
  EOPNOTSUPP,
  EPERM,
} from "../errors/errno.ts";
import {
  AttachError,
  type EbpfError,
  errnoName,
  NotSupportedError,
  PermissionError,
  ProgramTypeError,
} from "../errors/index.ts";
import { deniedRemedy } from "../explain/denied.ts";
import { libbpfSays } from "../explain/last-words.ts";
import {
  type AttachType,
  attachTypeSince,
  type HookName,
  hook,
  type LinkNature,
  latest,
  type ProgramType,
} from "../hooks/index.ts";
import { kernelLacks } from "../kernel/lacks.ts";
import { paranoidRemedy, uprobeRemedy } from "../kernel/perf-privilege.ts";
import { type Capability, privilegeRemedy } from "../kernel/privilege.ts";
import { perfFilterRemedy } from "../kernel/seccomp.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { handleOf } from "../live/resource.ts";
import { bpfFilterRemedy } from "../native/environment.ts";
import { type Handle, isNativeError, type NativeError } from "../native/handle.ts";
import type { Attachable } from "./attachable.ts";
import { Link } from "./link.ts";
import { type Checked, checkKind, checkOptions } from "./options.ts";

/** One call of a `link` function: the program, its handle, and the checked options. */
export interface Attempt<Options> {
  readonly name: HookName;
  readonly program: Attachable;
  readonly handle: Handle;
  readonly options: Checked<Options>;
}

/** Facts about one attachment that the hook's row does not contain. */
export interface AttachPlace {
  /** For messages: `tracepoint "syscalls/sys_enter_execve"`. */
  where: string;
  /** The attach type, for hooks with several. The first kernel version of the attach type applies. */
  attachType?: AttachType;
  /** The first kernel version of this way to attach, where it is later than that of the hook and its options. */
  since?: string;
  /** Set where this way to attach creates no bpf_link although the hook supports one. */
  nature?: LinkNature | undefined;
  /** Whether something stays attached when the process is killed. Default: depends on `nature`. */
  outlives?: boolean | undefined;
  /** Returns a more specific error than the errno alone allows; undefined if there is none. */
  explain?: (error: NativeError) => EbpfError | undefined;
}

/**
 * Checks the arguments of a `link` function: an open program, valid options, a program type that the hook accepts.
 *
 * @throws {@link ClosedError}, {@link InvalidArgumentError}, {@link ProgramTypeError}.
 */
export function attempt<Options extends object>(
  name: HookName,
  program: Attachable,
  options: Options,
): Attempt<Options> {
  const { call, title, types } = hook(name);
  checkKind("program", program, `program of link.${call}`);
  const handle = program[handleOf];
  const checked = checkOptions<Options>(name, options);
  if (!types.includes(program.type))
    throw new ProgramTypeError(
      `program "${program.name}" has type "${program.type}"; ${title} expects ${listed(types)}`,
      {
        program: program.name,
        remedy: program.section === "" ? undefined : `Its section is SEC("${program.section}")`,
      },
    );
  return { name, program, handle, options: checked };
}

function listed(types: readonly string[]): string {
  return types.map((type) => `"${type}"`).join(" or ");
}

/** Runs one native attach call. Returns a Link for its handle, or throws the error class for its failure. */
export function attached(attempt: Attempt<object>, place: AttachPlace, attach: () => Handle): Link {
  const handle = attachedHandle(attempt, place, attach);
  return new Link(handle, attempt.program.name, place.nature ?? hook(attempt.name).otherwise, place.outlives);
}

/** Like `attached`, for link classes other than Link. The cause of a failure is examined only after the failure. */
export function attachedHandle(attempt: Attempt<object>, place: AttachPlace, attach: () => Handle): Handle {
  try {
    return attach();
  } catch (error) {
    if (!isNativeError(error)) throw error;
    throw failure(attempt, place, error);
  }
}

/** What the running kernel lacks for an attachment with these options; undefined if nothing is known to be missing. */
export function lacking(
  { name, options }: Attempt<object>,
  place: Pick<AttachPlace, "since" | "attachType">,
) {
  const row = hook(name);
  const ofOptions = Object.entries(options).flatMap(([option, value]) =>
    value === undefined || value === false ? [] : (row.options[option]?.since ?? []),
  );
  const ofType = place.attachType === undefined ? undefined : attachTypeSince(place.attachType);
  return kernelLacks(latest([row.since, place.since ?? "0", ofType ?? "0", ...ofOptions]), row.config);
}

/** The error for a cookie on a tracefs probe. The kernel cannot store a cookie there. */
export function noCookieInTracefs(attempt: Attempt<object>): NotSupportedError {
  return new NotSupportedError(
    `cookie of link.${hook(attempt.name).call}: probes in tracefs have no cookie`,
    {
      operation: "attach",
      remedy: lacking(attempt, {}),
    },
  );
}

/** The capabilities that attaching needs. XDP has netlink as one of two natures. */
export function capabilitiesToAttach(name: HookName, type: ProgramType, nature?: LinkNature): Capability[] {
  const { capability } = hook(name);
  // Programs that the kernel loads without CAP_NET_ADMIN. Before Linux 6.9, CAP_SYS_ADMIN does not include it here.
  if (type === "cgroup-skb") return ["bpf", kernelAtLeast("6.9") ? "net_admin" : "netlink"];
  if (capability === undefined) return ["bpf"];
  return ["bpf", nature === "netlink" ? "netlink" : capability];
}

/** Why perf_event_open may refuse a process with CAP_PERFMON; undefined when no reason is known. */
function perfRemedy(name: HookName): string | undefined {
  return hook(name).perfEvent === "uprobe" ? uprobeRemedy() : paranoidRemedy();
}

/** Whether perf_event_open failed, in the addon or in libbpf. */
function isPerfEvent({ step, log }: NativeError): boolean {
  return step === "open" || /perf_event_open\(\) failed|perf event: /.test(log);
}

function failure(attempt: Attempt<object>, place: AttachPlace, error: NativeError): EbpfError {
  const { errno, log } = error;
  const { program, name } = attempt;
  const details = { operation: "attach", errno, cause: error };
  const message = `${cannotAttach(program.name)} to ${place.where}`;
  const better = place.explain?.(error);
  if (better !== undefined) return better;
  switch (errno) {
    case EPERM:
    case EACCES:
      return new PermissionError(message, {
        ...details,
        remedy:
          privilegeRemedy(capabilitiesToAttach(name, attempt.program.type, place.nature)) ??
          (isPerfEvent(error) ? (perfRemedy(name) ?? perfFilterRemedy()) : undefined) ??
          deniedRemedy(log) ??
          privilegeRemedy(["sys_admin"]),
      });
    // E2BIG: the kernel does not know a field of the request.
    case E2BIG:
    case EINVAL:
    case EOPNOTSUPP:
    case ENOTSUPP:
    case ENOSYS: {
      const lack = lacking(attempt, place);
      if (lack !== undefined) return new NotSupportedError(message, { ...details, remedy: lack });
      const filter = isPerfEvent(error) && errno === ENOSYS ? perfFilterRemedy() : bpfFilterRemedy();
      if (filter !== undefined) return new PermissionError(message, { ...details, remedy: filter });
      break;
    }
    case EBUSY:
    case EEXIST:
      return new AttachError(`${message}: ${errnoName(errno)}`, {
        program: program.name,
        log,
        ...details,
        remedy: "Another program is attached there exclusively; npx ebpf links shows it",
      });
  }
  return new AttachError(`${message}: ${errnoName(errno)}`, {
    program: program.name,
    log,
    ...details,
    remedy: libbpfSays(log),
  });
}
