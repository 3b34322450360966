import { EBADF, EINVAL } from "../errno.ts";
import { AttachError, type EbpfError, InvalidArgumentError, NotSupportedError } from "../errors.ts";
import { type AttachType, attachTypeNumber, type ProgramType } from "../hooks/index.ts";
import type { NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { type Attempt, attached, attempt, lacking, type Place } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { Link } from "./link.ts";
import { type OrderOptions, orderOf } from "./order.ts";
import { withCgroup } from "./target/cgroup.ts";

/** The places in a cgroup where programs run. */
export type CgroupHook = Extract<AttachType, `cgroup-${string}`> | "lsm-cgroup";

/**
 * The order, other than `preorder`, needs Linux 6.17; stable kernels of older series have it too, as 6.12.117.
 * Anchors are links: an anchor that is a program is found only if that program was attached without a link.
 */
export interface CgroupOptions extends OrderOptions {
  /** The cgroup's folder, or its path below the mount of cgroup2; or a descriptor of it, which stays open. */
  cgroup: string | number;
  /** Default: the one that the program was loaded for. Needed for programs that came from a pin or an ID. */
  hook?: CgroupHook;
  /** Run before the programs of the cgroups below, instead of after. Default false. Linux 6.15, and 6.12.117. */
  preorder?: boolean;
}

export type SockOpsOptions = Omit<CgroupOptions, "hook">;
export type LsmCgroupOptions = Omit<CgroupOptions, "hook">;

const BPF_F_PREORDER = 1 << 6;

/**
 * Attaches a program to a cgroup: it runs for what the processes in it and below it do, with all others attached
 * there.
 *
 * @returns A link that the caller closes.
 * @throws {@link InvalidArgumentError} when there is no such cgroup, or when it is of version 1.
 * @throws {@link NotSupportedError} when this kernel does not have the hook.
 * @throws {@link AttachError} (EPERM when a program above allows no other, ESTALE when the revision has changed).
 * @throws {@link ProgramTypeError}, {@link PermissionError} (CAP_NET_ADMIN), {@link ClosedError}.
 *
 * Linux 5.7.
 */
export function cgroup(program: Attachable, options: CgroupOptions): Link {
  const attempted = attempt("cgroup", program, options);
  const place = attempted.options.hook ?? hookOf(program);
  // Its row knows what a kernel needs.
  return attach(place === "lsm-cgroup" ? { ...attempted, name: place } : attempted, place);
}

/**
 * Attaches a program to what happens in the life of the TCP connections of a cgroup.
 *
 * @returns A link that the caller closes.
 * @throws What {@link cgroup} throws.
 *
 * Linux 5.7.
 */
export function sockOps(program: Attachable, options: SockOpsOptions): Link {
  return attach(attempt("sock-ops", program, options), "cgroup-sock-ops");
}

/**
 * Attaches a program to a hook of the Linux Security Modules, for the processes of a cgroup.
 *
 * @returns A link that the caller closes.
 * @throws What {@link cgroup} throws.
 *
 * Linux 6.0.
 */
export function lsmCgroup(program: Attachable, options: LsmCgroupOptions): Link {
  return attach(attempt("lsm-cgroup", program, options), "lsm-cgroup");
}

function attach(attempted: Attempt<CgroupOptions>, attachType: CgroupHook): Link {
  const { program, handle, options } = attempted;
  const order = orderOf(options);
  const flags = (order.flags ?? 0) | (options.preorder ? BPF_F_PREORDER : 0);
  const place: Place = {
    where: `"${attachType}" of cgroup ${JSON.stringify(options.cgroup)}`,
    attachType,
    explain: (error) => explain(program, attachType, options, error),
  };
  return attached(attempted, place, () =>
    withCgroup(options.cgroup, (target) => {
      const number = attachTypeNumber(attachType);
      // A kernel without revisions ignores the one that is expected.
      if (options.revision !== undefined && !countsRevisions(target, number))
        throw new NotSupportedError(
          `cannot attach program "${program.name}" to ${place.where} at a revision`,
          { operation: "attach", remedy: lacking(attempted, place) },
        );
      return native().linkCreate(handle, { attachType: number, target, cgroup: true, ...order, flags });
    }),
  );
}

/** Whether the kernel orders the programs of cgroups, which stable kernels of older series may do. */
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
    return new InvalidArgumentError(
      `${JSON.stringify(options.cgroup)} is not a cgroup of version 2`,
      "Programs attach to the unified hierarchy; see mount -t cgroup2",
    );
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
    program.name,
    `cannot attach program "${program.name}" beside a program that is attached to "${place}" by a link`,
    log,
    { errno, remedy: "Give that link as the anchor, or its ID: { linkId }" },
  );
}

// The hook of programs whose type has one only, whatever else is known about them.
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
    `hook of link.cgroup is missing: nothing says which one program "${program.name}" was loaded for`,
    'Give a hook, as "cgroup-inet-egress"',
  );
}

function isCgroupHook(type: AttachType): type is CgroupHook {
  return type.startsWith("cgroup-") || type === "lsm-cgroup";
}
