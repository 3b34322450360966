import { cannotAttach } from "../errors/cannot-attach.ts";
import { EBADF, EINVAL } from "../errors/errno.ts";
import { AttachError, type EbpfError, InvalidArgumentError, NotSupportedError } from "../errors/index.ts";
import { type AttachType, attachTypeNumber, type ProgramType } from "../hooks/index.ts";
import { native } from "../native/addon.ts";
import type { NativeError } from "../native/handle.ts";
import { type AttachPlace, type Attempt, attached, attempt, lacking } from "./attach.ts";
import type { Attachable, AttachableTo } from "./attachable.ts";
import { Link } from "./link.ts";
import { type OrderOptions, orderOf } from "./order.ts";
import { withCgroup } from "./target/cgroup.ts";

/** The attach types of a cgroup. */
export type CgroupHook = Extract<AttachType, `cgroup-${string}`> | "lsm-cgroup";

/**
 * Options of {@link cgroup}.
 *
 * `before`, `after` and `revision` need Linux 6.17, or a stable kernel with the backport such as 6.12.117. Use links as
 * anchors: the kernel finds a program used as an anchor only if that program was attached without a link.
 */
export interface CgroupOptions extends OrderOptions {
  /** The cgroup: a folder, a path below the cgroup2 mount, or a file descriptor, which stays open. */
  cgroup: string | number;
  /** Default: the attach type that the program was loaded with. Required for a program from a pin or an ID. */
  hook?: CgroupHook;
  /**
   * Run before the programs of descendant cgroups instead of after them. Default false. @since Linux 6.15, or 6.12.117
   */
  preorder?: boolean;
}

/** Options of {@link sockOps}. */
export type SockOpsOptions = Omit<CgroupOptions, "hook">;
/** Options of {@link lsmCgroup}. */
export type LsmCgroupOptions = Omit<CgroupOptions, "hook">;

const BPF_F_PREORDER = 1 << 6;

/**
 * Attaches a program to a cgroup. The program runs for the processes of the cgroup and its descendants, together with
 * the other programs attached there.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} when the cgroup does not exist or belongs to cgroup version 1.
 * @throws {@link NotSupportedError} when this kernel does not have the hook.
 * @throws {@link AttachError} (EPERM) when a program of a parent cgroup forbids others, (ESTALE) when the revision has
 * changed.
 * @throws {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * @example
 * ```ts
 * using egress = link.cgroup(program, { cgroup: "/sys/fs/cgroup/web", hook: "cgroup-inet-egress" });
 * ```
 *
 * @since Linux 5.7
 */
export function cgroup(
  program: AttachableTo<"cgroup" | "sock-ops" | "lsm-cgroup">,
  options: CgroupOptions,
): Link {
  const attempted = attempt("cgroup", program, options);
  const place = attempted.options.hook ?? hookOf(program);
  // The row of lsm-cgroup has the kernel version and configuration of that hook.
  return attach(place === "lsm-cgroup" ? { ...attempted, name: place } : attempted, place);
}

/**
 * Attaches a program to the events of TCP connections of a cgroup: connect, accept, retransmit, state changes.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link cgroup}.
 *
 * @example
 * ```ts
 * using events = link.sockOps(program, { cgroup: "/sys/fs/cgroup/web" });
 * ```
 *
 * @since Linux 5.7
 */
export function sockOps(program: Attachable<"sock-ops">, options: SockOpsOptions): Link {
  return attach(attempt("sock-ops", program, options), "cgroup-sock-ops");
}

/**
 * Attaches a program to a hook of the Linux Security Modules (LSM), for the processes of a cgroup.
 *
 * @returns A link that the caller closes.
 * @throws The errors of {@link cgroup}.
 *
 * @example
 * ```ts
 * using sockets = link.lsmCgroup(program, { cgroup: "/sys/fs/cgroup/web" });
 * ```
 *
 * @since Linux 6.0
 */
export function lsmCgroup(program: AttachableTo<"lsm-cgroup">, options: LsmCgroupOptions): Link {
  return attach(attempt("lsm-cgroup", program, options), "lsm-cgroup");
}

function attach(attempted: Attempt<CgroupOptions>, attachType: CgroupHook): Link {
  const { program, handle, options } = attempted;
  const order = orderOf(options);
  const flags = (order.flags ?? 0) | (options.preorder ? BPF_F_PREORDER : 0);
  const place: AttachPlace = {
    where: `"${attachType}" of cgroup ${JSON.stringify(options.cgroup)}`,
    attachType,
    explain: (error) => explain(program, attachType, options, error),
  };
  return attached(attempted, place, () =>
    withCgroup(options.cgroup, (target) => {
      const number = attachTypeNumber(attachType);
      // A kernel without revisions ignores the expected revision.
      if (options.revision !== undefined && !countsRevisions(target, number))
        throw new NotSupportedError(`${cannotAttach(program.name)} to ${place.where} at a revision`, {
          operation: "attach",
          remedy: lacking(attempted, place),
        });
      return native().linkCreate(handle, { attachType: number, target, cgroup: true, ...order, flags });
    }),
  );
}

/** Whether the kernel orders the programs of cgroups. Probed, because stable kernels have backports. */
function countsRevisions(target: number, attachType: number): boolean {
  return native().programQuery({ target, attachType }).revision > 0n;
}

function explain(
  program: Attachable,
  place: CgroupHook,
  options: CgroupOptions,
  { errno, log }: NativeError,
): EbpfError | undefined {
  if (errno === EBADF)
    return new InvalidArgumentError(`${JSON.stringify(options.cgroup)} is not a cgroup of version 2`, {
      remedy: "Programs attach to the cgroup2 hierarchy only; see mount -t cgroup2",
    });
  if (errno !== EINVAL) return undefined;
  if (program.attachType !== undefined && program.attachType !== place)
    return new InvalidArgumentError(
      `program "${program.name}" was loaded for "${program.attachType}", not for "${place}"`,
    );
  const anchor = options.before ?? options.after;
  if (anchor === undefined || anchor === "all") return undefined;
  const isLink = anchor instanceof Link || "linkId" in anchor;
  const attachType = attachTypeNumber(place);
  if (isLink || !withCgroup(options.cgroup, (target) => countsRevisions(target, attachType)))
    return undefined;
  return new AttachError(
    `${cannotAttach(program.name)}: its anchor is a program that is attached to "${place}" by a link`,
    { program: program.name, log, errno, remedy: "Pass that link as the anchor, or its ID: { linkId }" },
  );
}

// The hook of each program type that has exactly one.
const only: Partial<Record<ProgramType, CgroupHook>> = {
  "cgroup-device": "cgroup-device",
  "cgroup-sysctl": "cgroup-sysctl",
  "sock-ops": "cgroup-sock-ops",
  lsm: "lsm-cgroup",
};

function hookOf(program: Attachable): CgroupHook {
  const { attachType } = program;
  if (attachType !== undefined && isCgroupHook(attachType)) return attachType;
  const place = only[program.type];
  if (place !== undefined) return place;
  throw new InvalidArgumentError(
    `hook of link.cgroup is missing: the attach type of program "${program.name}" is unknown`,
    { remedy: 'Pass a hook, for example "cgroup-inet-egress"' },
  );
}

function isCgroupHook(type: AttachType): type is CgroupHook {
  return type.startsWith("cgroup-") || type === "lsm-cgroup";
}
