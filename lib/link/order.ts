import { InvalidArgumentError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import type { NativeLinkOptions } from "../native/link.ts";
import type { Attachable } from "./attachable.ts";
import { Link } from "./link.ts";

/** The attachment that the order refers to: a link, a program, the ID of either, or `all` programs of the hook. */
export type Anchor =
  | Link
  | Attachable
  | {
      /** The ID of a link. */
      linkId: number;
    }
  | {
      /** The ID of a program. */
      programId: number;
    }
  | "all";

/** The position of a program among the programs of one hook. At most one of `before` and `after`. */
export interface OrderOptions {
  /** Run before this attachment. Default: run last. */
  before?: Anchor;
  /** Run after this attachment. Default: run last. */
  after?: Anchor;
  /**
   * The revision of the hook, as returned by {@link query}. Attaching fails (ESTALE) when the hook has changed since.
   * Default: any revision.
   */
  revision?: bigint;
}

const BPF_F_BEFORE = 1 << 3;
const BPF_F_AFTER = 1 << 4;
const BPF_F_ID = 1 << 5;
const BPF_F_LINK = 1 << 13;

export function orderOf(options: OrderOptions): Partial<NativeLinkOptions> {
  const { before, after, revision } = options;
  if (before !== undefined && after !== undefined)
    throw new InvalidArgumentError("expected before or after, not both");
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
