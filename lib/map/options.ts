import { checkBoolean, choiceOf, optional, optionsOf } from "../arguments/index.ts";

/** `noexist`: only create an entry. `exist`: only replace one. `any`: both. */
export type UpdateMode = "any" | "noexist" | "exist";

/** Options of operations that read values. */
export interface ReadOptions {
  /**
   * Hold the `struct bpf_spin_lock` of the value during the copy, so that the copy is consistent. Default `false`.
   *
   * @since Linux 5.1
   */
  lock?: boolean | undefined;
}

/** Options of operations that write values. */
export interface UpdateOptions extends ReadOptions {
  /** Whether to create or replace the entry. Default `any`. */
  mode?: UpdateMode | undefined;
}

const modeFlags: Record<UpdateMode, number> = { any: 0, noexist: 1, exist: 2 };
/** BPF_F_LOCK */
const LOCK = 4;

const checkOptions = optionsOf<{ lock?: boolean | undefined; mode?: number | undefined }>({
  lock: optional(checkBoolean),
  mode: optional(choiceOf(modeFlags)),
});

/**
 * Returns the elem_flags of the options.
 *
 * @throws {@link InvalidArgumentError} for an unknown mode.
 */
export function elementFlags(options: UpdateOptions | undefined): number {
  if (options === undefined) return 0;
  const { mode = 0, lock = false } = checkOptions(options, "a map's operation");
  return lock ? mode | LOCK : mode;
}
