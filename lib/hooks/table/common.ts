import type { LinkProbe } from "../hook.ts";
import type { HookOption } from "../option.ts";

// Facts that several rows share.

export const cookieSince5_15 = { cookie: { kind: "cookie", since: "5.15" } } as const satisfies Record<
  string,
  HookOption
>;

export const onInterface = { interface: { kind: "interface", required: true } } as const satisfies Record<
  string,
  HookOption
>;

/** The options for the position among the programs of one hook. */
export const ordered = {
  before: { kind: "anchor" },
  after: { kind: "anchor" },
  revision: { kind: "integer", min: 0, max: 0xffff_ffff_ffff_ffffn },
} as const satisfies Record<string, HookOption>;

export const notBoth = [{ rule: "at-most-one", of: ["before", "after"] }] as const;

export const perfEventLink = { type: "perf-event", since: "5.15" } as const;

/** An interface index that no machine uses. */
export const noInterface = 0x7fff_ffff;

/** A link to a kernel function that no kernel has. */
export function multiProbe(attachType: "trace-kprobe-multi" | "trace-kprobe-session"): LinkProbe {
  return {
    type: "kprobe",
    attachType,
    target: 0,
    symbol: "no_such_function_anywhere",
    known: ["ESRCH", "ENOENT"],
  };
}
