import {
  type Check,
  checkBoolean,
  checkName,
  checkU64,
  optional,
  optionsOf,
  type Schema,
  wordOf,
} from "../arguments/index.ts";
import { cannotAttach } from "../errors/cannot-attach.ts";
import { EACCES, EPERM } from "../errors/errno.ts";
import { AttachError, type EbpfError, PermissionError } from "../errors/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { handleOf } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import type { Attachable } from "./attachable.ts";
import { checkKind, required, scalars } from "./options.ts";
import { type Anchor, type OrderOptions, orderOf } from "./order.ts";
import { type RawTarget, withTarget } from "./target/raw.ts";

/** Options of {@link rawAttach}. */
export interface RawAttachOptions extends OrderOptions {
  /**
   * The programs that the cgroup allows in addition to this one. `multi`: further programs, here and in descendants.
   * `override`: another program in a descendant, which runs instead. Default: none. Only cgroup hooks use this option.
   */
  allow?: "multi" | "override";
  /** The attached program to replace. For a cgroup, with `allow: "multi"`. Default: none. @since Linux 5.6 */
  replace?: Attachable;
  /** Run before the programs of descendant cgroups. Default false. @since Linux 6.15 */
  preorder?: boolean;
}

const checkTarget = optionsOf<object>({
  hook: required(checkName),
  interface: optional(scalars.interface),
  cgroup: optional(scalars.cgroup),
  map: optional(scalars.map),
} as Schema<object>);

const checkAttach = optionsOf<RawAttachOptions>({
  before: optional(scalars.anchor) as Check<Anchor | undefined>,
  after: optional(scalars.anchor) as Check<Anchor | undefined>,
  revision: optional(checkU64),
  allow: optional(wordOf(["multi", "override"])),
  replace: optional((value, subject) => checkKind("program", value, subject) as Attachable),
  preorder: optional(checkBoolean),
});

const checkDetach = optionsOf<Pick<RawAttachOptions, "revision">>({ revision: optional(checkU64) });

const allowed = { override: 1 << 0, multi: 1 << 1 };
const BPF_F_REPLACE = 1 << 2;
const BPF_F_PREORDER = 1 << 6;

/**
 * Attaches a program with BPF_PROG_ATTACH, without a bpf_link: the attachment belongs to no process, and remains until
 * {@link rawDetach} or the end of its target. Prefer the other functions of `link`, whose attachments end with the
 * process.
 *
 * @param target - The hook and its target, as for {@link query}.
 * @throws {@link AttachError} with the error of the kernel: EPERM in a cgroup whose program allows no other, ESTALE when
 * the revision has changed, ENOENT when the anchor or the replaced program is not attached.
 * @throws {@link PermissionError} without CAP_NET_ADMIN, {@link InvalidArgumentError}, {@link UnknownNameError},
 * {@link NoInterfaceError}, {@link ClosedError}.
 *
 * @example
 * ```ts
 * link.rawAttach(program, { hook: "cgroup-inet-egress", cgroup: "web" }, { allow: "multi" });
 * ```
 *
 * @since Linux 4.10
 */
export function rawAttach(program: Attachable, target: RawTarget, options: RawAttachOptions = {}): void {
  const place = checkTarget(target, "target of link.rawAttach") as RawTarget;
  const { allow, replace, preorder, ...order } = checkAttach(options, "link.rawAttach");
  const { flags = 0, ...anchor } = orderOf(order);
  const own =
    (allow === undefined ? 0 : allowed[allow]) |
    (replace === undefined ? 0 : BPF_F_REPLACE) |
    (preorder ? BPF_F_PREORDER : 0);
  const handle = handleOfProgram(program, "rawAttach");
  const status = withTarget(place, (at) =>
    native().programAttach(handle, {
      ...at,
      ...anchor,
      flags: flags | own,
      ...(replace && { replace: replace[handleOf] }),
    }),
  );
  if (status !== 0) throw failure(`${cannotAttach(program.name)} to "${place.hook}"`, program, -status);
}

/**
 * Detaches a program that {@link rawAttach}, or another process, attached without a bpf_link.
 *
 * @param options - `revision`: the expected revision of the hook. Default: any.
 * @throws {@link AttachError} with the error of the kernel: ENOENT when the program is not attached there.
 * @throws {@link PermissionError}, {@link InvalidArgumentError}, {@link NoInterfaceError}, {@link ClosedError}.
 */
export function rawDetach(
  program: Attachable,
  target: RawTarget,
  options: Pick<RawAttachOptions, "revision"> = {},
): void {
  const place = checkTarget(target, "target of link.rawDetach") as RawTarget;
  const checked = checkDetach(options, "link.rawDetach");
  const handle = handleOfProgram(program, "rawDetach");
  const status = withTarget(place, (at) => native().programDetach(handle, { ...at, ...checked }));
  if (status !== 0)
    throw failure(`cannot detach program "${program.name}" from "${place.hook}"`, program, -status);
}

function handleOfProgram(program: Attachable, call: string) {
  return (checkKind("program", program, `program of link.${call}`) as Attachable)[handleOf];
}

function failure(message: string, { name: program }: Attachable, errno: number): EbpfError {
  const remedy = errno === EPERM || errno === EACCES ? privilegeRemedy(["bpf", "net_admin"]) : undefined;
  if (remedy !== undefined) return new PermissionError(message, { operation: "attach", errno, remedy });
  return new AttachError(message, { program, errno });
}
