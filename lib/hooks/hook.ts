import type { AttachType } from "./attach-types.ts";
import type { LinkType } from "./link-types.ts";
import type { LinkNature } from "./nature.ts";
import type { HookOption, OptionRule } from "./option.ts";
import type { ProgramType } from "./program-types.ts";

/**
 * - `sleepable`: the program may sleep and is loaded with BPF_F_SLEEPABLE.
 * - `xdp-frags`: the program accepts packets of several buffers.
 * - `attach-btf`: the target is a function or a type in BTF and must be known at load time.
 * - `usdt`: the attach type is `trace-uprobe-multi` if the kernel supports it (Linux 6.6).
 */
export type SectionFlag = "sleepable" | "xdp-frags" | "attach-btf" | "usdt";

/** The properties of the programs of one SEC name. */
export interface Section {
  /** Default: the first type of the row. */
  readonly type?: ProgramType;
  readonly attachType?: AttachType;
  readonly flags?: readonly SectionFlag[];
  /** Whether the programs run at the return of a function. It is the default of the option `retprobe`. */
  readonly retprobe?: true;
}

/** The form of the target after the first slash of a SEC name. The parts of the form are the options that it sets. */
export type SectionTarget =
  | "group/name"
  | "name"
  | "syscall"
  | "pattern"
  | "symbol+offset"
  | "binary:symbol+offset"
  | "binary:pattern"
  | "binary:provider:name";

/** The facts that all kinds of programs have. */
export interface ProgramKind {
  /** The title in messages and documentation, for example `XDP`. */
  readonly title: string;
  /** SEC names in the notation of libbpf: `fentry+` matches `fentry` and `fentry/target`. */
  readonly sections: Readonly<Record<string, Section>>;
  readonly types: readonly ProgramType[];
  /** The attach types, each with its first kernel version. */
  readonly attachTypes: Readonly<Partial<Record<AttachType, string>>>;
  /** The first kernel version. */
  readonly since: string;
  /** The CONFIG options that the kernel must be built with. */
  readonly config: readonly string[];
}

/** A link to a target that does not exist. The error that the kernel returns shows whether it supports such links. */
export interface LinkProbe {
  readonly type: ProgramType;
  readonly attachType: AttachType;
  /** The function in the kernel's BTF that the program is loaded for. */
  readonly function?: string;
  readonly target?: number;
  readonly symbol?: string;
  readonly path?: string;
  /** The errors of a kernel that supports the link and does not find the target. */
  readonly known: readonly string[];
}

/** The name of a special probe that `features` implements. */
export type Probe = LinkProbe | "kprobe-events" | "uprobe-events" | "lsm" | "iterator";

/** A kind of attachment. `link`, `attach`, errors, `features` and the documentation take their facts from it. */
export interface Hook extends ProgramKind {
  /** The function of `link` that attaches, for example `xdp`. */
  readonly call: string;
  readonly target?: SectionTarget;
  /**
   * The capability that loading and attaching need in addition to CAP_BPF, absent if none. `netlink` is CAP_NET_ADMIN for
   * a request over netlink, which CAP_SYS_ADMIN does not include.
   */
  readonly capability?: "perfmon" | "net_admin" | "netlink";
  /**
   * Set if attaching calls perf_event_open, which kernel.perf_event_paranoid can refuse. `uprobe` is set for those that
   * kernels with the fix of CVE-2025-38466 refuse, too.
   */
  readonly perfEvent?: "uprobe" | "other";
  /** The type of the bpf_link and the first kernel version that creates it. Absent if the kernel creates none. */
  readonly link?: { readonly type: LinkType; readonly since: string };
  /** The nature of the attachment without a bpf_link. Absent if the kernel always creates one. */
  readonly otherwise?: LinkNature;
  /**
   * Present if the attached program can be replaced. `expected` states whether `update` can check which program it
   * replaces: always, never, or only with a bpf_link.
   */
  readonly update?: { readonly since: string; readonly expected: "always" | "never" | "with-link" };
  /** Whether something stays attached when the process is killed. */
  readonly outlives?: "always" | "without-link" | "legacy-mode";
  readonly options: Readonly<Record<string, HookOption>>;
  readonly rules?: readonly OptionRule[];
  /** Options that `attach` requires although the `link` function has a default for them. */
  readonly asks?: readonly string[];
  /** The probes of `features.attaching`, by feature name. */
  readonly probes?: Readonly<Record<string, Probe>>;
}

/** A kind of program that cannot be attached. */
export interface Unattached extends ProgramKind {
  /** The reason, which follows `cannot attach program "name": ` in messages. */
  readonly reason: string;
  /** The remedy: what the user does instead. */
  readonly instead: string;
}
