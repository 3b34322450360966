import { InvalidArgumentError } from "../errors.ts";
import type { NativeLinkOptions } from "../native/link.ts";
import { handleOf } from "../resource.ts";
import type { Attachable } from "./attachable.ts";
import { Link } from "./link.ts";

/** What to stand before or after: a link, a program, either by its id, or `all` of those that are there. */
export type Anchor = Link | Attachable | { linkId: number } | { programId: number } | "all";

/** The place among the programs of one hook, and what the caller thinks of them. Default: after all. */
export interface OrderOptions {
  before?: Anchor;
  after?: Anchor;
  /** Fail with ESTALE when the hook has changed since `link.query` gave this revision. */
  revision?: bigint;
}

const BPF_F_BEFORE = 1 << 3;
const BPF_F_AFTER = 1 << 4;
const BPF_F_ID = 1 << 5;
const BPF_F_LINK = 1 << 13;

export function orderOf(options: OrderOptions): Partial<NativeLinkOptions> {
  const { before, after, revision } = options;
  if (before !== undefined && after !== undefined)
    throw new InvalidArgumentError("a program goes before or after another, not both");
  const direction = before !== undefined ? BPF_F_BEFORE : after !== undefined ? BPF_F_AFTER : 0;
  const anchor = before ?? after;
  return {
    ...(revision !== undefined && { revision }),
    ...(anchor === undefined ? {} : anchored(anchor, direction)),
  };
}

function anchored(anchor: Anchor, direction: number): Partial<NativeLinkOptions> {
  if (anchor === "all") return { flags: direction };
  if (anchor instanceof Link) return { flags: direction | BPF_F_LINK, anchorLink: anchor[handleOf] };
  if ("linkId" in anchor) return { flags: direction | BPF_F_ID | BPF_F_LINK, anchorId: anchor.linkId };
  if ("programId" in anchor) return { flags: direction | BPF_F_ID, anchorId: anchor.programId };
  return { flags: direction, anchorProgram: anchor[handleOf] };
}
