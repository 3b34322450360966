import type { AttachType } from "./attach-types.ts";
import type { LinkType } from "./link-types.ts";
import type { LinkNature } from "./nature.ts";
import type { HookOption, OptionRule } from "./option.ts";
import type { ProgramType } from "./program-types.ts";

/**
 * - `sleepable`: the program may sleep, and is loaded with BPF_F_SLEEPABLE.
 * - `xdp-frags`: the program takes packets of several buffers.
 * - `attach-btf`: the target is a function or a type in BTF, and must be known when the program is loaded.
 * - `usdt`: the attach type is `trace-uprobe-multi` where the kernel has it (6.6).
 */
export type SectionFlag = "sleepable" | "xdp-frags" | "attach-btf" | "usdt";

/** What one SEC name says about its programs. */
export interface Section {
  /** Default: the first type of the row. */
  readonly type?: ProgramType;
  readonly attachType?: AttachType;
  readonly flags?: readonly SectionFlag[];
  /** Set where the programs run at the return of a function: the default of `retprobe`. */
  readonly retprobe?: true;
}

/** What may follow the first slash of a SEC name, and which options it gives. */
export type SectionTarget =
  | "group/name"
  | "name"
  | "syscall"
  | "pattern"
  | "symbol+offset"
  | "binary:symbol+offset"
  | "binary:pattern"
  | "binary:provider:name";

/** What is common to all kinds of programs. */
export interface ProgramKind {
  /** For messages and documents: `XDP`. */
  readonly title: string;
  /** SEC names as libbpf writes them: `fentry+` stands for `fentry` and `fentry/target`. */
  readonly sections: Readonly<Record<string, Section>>;
  readonly types: readonly ProgramType[];
  /** Attach types, each with the first Linux that has such a place. */
  readonly attachTypes: Readonly<Partial<Record<AttachType, string>>>;
  /** The first Linux. */
  readonly since: string;
  /** What a kernel must be built with. */
  readonly config: readonly string[];
}

/** A link that is tried with something that does not exist, which shows whether the kernel has such links. */
export interface LinkProbe {
  readonly type: ProgramType;
  readonly attachType: AttachType;
  /** A function in the kernel's BTF that the program is loaded for. */
  readonly function?: string;
  readonly target?: number;
  readonly symbol?: string;
  readonly path?: string;
  /** Errors of a kernel that has the link and does not find the target. */
  readonly known: readonly string[];
}

/** Or a way of its own to find out, which `features` knows. */
export type Probe = LinkProbe | "kprobe-events" | "uprobe-events" | "lsm" | "iterator";

/** A kind of attachment: what `link`, `attach`, errors, `features` and the documents know about it. */
export interface Hook extends ProgramKind {
  /** The function of `link` that attaches: `xdp`. */
  readonly call: string;
  readonly target?: SectionTarget;
  /** The capability needed besides CAP_BPF. */
  readonly capability: "perfmon" | "net_admin";
  /** The bpf_link that the kernel makes, and the first Linux that makes one; left out where it makes none. */
  readonly link?: { readonly type: LinkType; readonly since: string };
  /** What the attachment is without a bpf_link; left out where there is always one. */
  readonly otherwise?: LinkNature;
  /**
   * Set where another program can take the place of the attached one. `expected` says whether `update` can insist on
   * the program that it replaces: always, never, or where the kernel makes a bpf_link.
   */
  readonly update?: { readonly since: string; readonly expected: "always" | "never" | "with-link" };
  /** Set where something stays attached when the process is killed. */
  readonly outlives?: "always" | "without-link" | "legacy-mode";
  readonly options: Readonly<Record<string, HookOption>>;
  readonly rules?: readonly OptionRule[];
  /** Options that `attach` asks for although the function of `link` has a default. */
  readonly asks?: readonly string[];
  /** Ways to attach that `features.attaching` can ask about, by the names it gives them. */
  readonly probes?: Readonly<Record<string, Probe>>;
}

/** A kind of program that has no hook of its own. */
export interface Unattached extends ProgramKind {
  /** Follows `cannot attach program "name": `. */
  readonly reason: string;
  /** What to do instead. */
  readonly instead: string;
}
