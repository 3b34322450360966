import { InvalidArgumentError } from "../errors.ts";

/** Whether `update` may make a new entry, replace one, or both. */
export type UpdateMode = "any" | "noexist" | "exist";

export interface ReadOptions {
  /** Take the value's `struct bpf_spin_lock` while it is copied, so that it is of one piece. Linux 5.1. */
  lock?: boolean | undefined;
}

export interface UpdateOptions extends ReadOptions {
  /** Default `any`. */
  mode?: UpdateMode | undefined;
}

const modeFlags: Record<UpdateMode, number> = { any: 0, noexist: 1, exist: 2 };
/** BPF_F_LOCK */
const LOCK = 4;

/** The elem_flags of these options. @throws InvalidArgumentError for a mode that does not exist. */
export function elementFlags(options: UpdateOptions | undefined): number {
  if (options === undefined) return 0;
  const mode = modeFlags[options.mode ?? "any"];
  if (typeof mode !== "number") throw new InvalidArgumentError(`no update mode is called "${options.mode}"`);
  return options.lock ? mode | LOCK : mode;
}
