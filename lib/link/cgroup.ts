import { EBADF, EINVAL } from "../errno.ts";
import { AttachError, type EbpfError, InvalidArgumentError, NotSupportedError } from "../errors.ts";
import type { NativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import { type AttachType, attachTypeNumber, type ProgramType } from "../spec/index.ts";
import { attached, type Hook } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { kernelLacks } from "./kernel.ts";
import { Link } from "./link.ts";
import { type OrderOptions, orderOf } from "./order.ts";
import { withCgroup } from "./target/cgroup.ts";

/** The places in a cgroup where programs run. */
export type CgroupHook = Extract<AttachType, `cgroup-${string}`> | "lsm-cgroup";

/**
 * The order, other than `preorder`, needs Linux 6.17; stable kernels of older series have taken it in, as 6.12.117.
 * Anchors are links: those of programs are found only by programs that were attached without one.
 */
export interface CgroupOptions extends OrderOptions {
  /** The cgroup's folder, or its path below the mount of cgroup2; or a descriptor of it, which stays open. */
  cgroup: string | number;
  /** Default: the one that the program was loaded for. Needed for programs that came from a pin or an id. */
  hook?: CgroupHook;
  /** Run before the programs of the cgroups below, instead of after. Default false. Linux 6.15, and 6.12.117. */
  preorder?: boolean;
}

const BPF_F_PREORDER = 1 << 6;

const types: readonly ProgramType[] = [
  "cgroup-skb",
  "cgroup-sock",
  "cgroup-sock-addr",
  "cgroup-device",
  "cgroup-sysctl",
  "cgroup-sockopt",
  "sock-ops",
  "lsm",
];

/**
 * Attaches a program to a cgroup: it runs for what the processes in it and below it do, with all others attached
 * there.
 *
 * @returns A link that the caller closes.
 * @throws InvalidArgumentError when there is no such cgroup, or when it is of the first version.
 * @throws NotSupportedError when this kernel does not have the hook.
 * @throws AttachError (EPERM when a program above allows no other, ESTALE when the revision has changed).
 * @throws ProgramTypeError, PermissionError (CAP_NET_ADMIN), ClosedError.
 *
 * Linux 5.7.
 */
export function cgroup(program: Attachable, options: CgroupOptions): Link {
  const handle = program[handleOf];
  const place = options.hook ?? hookOf(program);
  const order = orderOf(options);
  const isOrdered =
    options.before !== undefined || options.after !== undefined || options.revision !== undefined;
  const flags = (order.flags ?? 0) | (options.preorder ? BPF_F_PREORDER : 0);
  const hook: Hook = {
    where: `"${place}" of cgroup ${JSON.stringify(options.cgroup)}`,
    types,
    since: isOrdered ? orderSince : options.preorder ? "6.15" : (since[place] ?? "5.7"),
    config: place === "lsm-cgroup" ? "CONFIG_CGROUP_BPF CONFIG_BPF_LSM" : "CONFIG_CGROUP_BPF",
    capability: "net_admin",
    explain: (error) => explain(program, place, options, error),
  };
  return attached(program, hook, () =>
    withCgroup(options.cgroup, (target) => {
      const attachType = attachTypeNumber(place);
      // A kernel that does not know of revisions passes over the one that is expected.
      if (options.revision !== undefined && !countsRevisions(target, attachType))
        throw new NotSupportedError(
          `cannot attach program "${program.name}" to ${hook.where} at a revision`,
          {
            operation: "attach",
            remedy: kernelLacks(orderSince, undefined),
          },
        );
      return native().linkCreate(handle, { attachType, target, cgroup: true, ...order, flags });
    }),
  );
}

const orderSince = "6.17";

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
      `${JSON.stringify(options.cgroup)} is no cgroup of version 2`,
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
    { errno, remedy: "Give that link as the anchor, or its id: { linkId }" },
  );
}

/** Younger than links of cgroups themselves. */
const since: Partial<Record<CgroupHook, string>> = {
  "cgroup-inet4-getpeername": "5.8",
  "cgroup-inet6-getpeername": "5.8",
  "cgroup-inet4-getsockname": "5.8",
  "cgroup-inet6-getsockname": "5.8",
  "cgroup-inet-sock-release": "5.9",
  "lsm-cgroup": "6.0",
  "cgroup-unix-connect": "6.7",
  "cgroup-unix-sendmsg": "6.7",
  "cgroup-unix-recvmsg": "6.7",
  "cgroup-unix-getpeername": "6.7",
  "cgroup-unix-getsockname": "6.7",
};

// What programs with one hook only are attached to even if nothing else is known of them.
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
  if (!types.includes(program.type)) return "cgroup-inet-ingress"; // refused below, by its type
  throw new InvalidArgumentError(
    `to which hook of the cgroup is program "${program.name}" to be attached?`,
    'Give a hook, as "cgroup-inet-egress"',
  );
}

function isCgroupHook(type: AttachType): type is CgroupHook {
  return type.startsWith("cgroup-") || type === "lsm-cgroup";
}
