import {
  arrayOf,
  type Check,
  checkBoolean,
  choiceOf,
  optional,
  optionsOf,
  wordOf,
} from "../arguments/index.ts";
import { type MapFlag, mapFlags } from "../spec/index.ts";

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

export const checkMapFlags: Check<MapFlag[]> = arrayOf(wordOf(Object.keys(mapFlags) as MapFlag[]));

const modeFlags: Record<UpdateMode, number> = { any: 0, noexist: 1, exist: 2 };
/** BPF_F_LOCK */
const LOCK = 4;

const checkOptions = optionsOf<{ lock?: boolean | undefined; mode?: number | undefined }>({
  lock: optional(checkBoolean),
  mode: optional(choiceOf(modeFlags)),
});

/** The elem_flags of these options. @throws InvalidArgumentError for a mode that does not exist. */
export function elementFlags(options: UpdateOptions | undefined): number {
  if (options === undefined) return 0;
  const { mode = 0, lock = false } = checkOptions(options, "a map's operation");
  return lock ? mode | LOCK : mode;
}
