/** An explanation of a failure. */
export interface Explanation {
  /** The cause and the remedy, in one or two sentences without a full stop at the end. */
  readonly remedy: string;
  /** The name of the attach target, if the kernel does not have it. */
  readonly missing?: { readonly symbol: string; readonly nearest: readonly string[] };
  /** Whether the running kernel lacks support, which makes the error a NotSupportedError. */
  readonly lack?: boolean;
  /** Whether privileges, limits or the environment denied it, which makes the error a PermissionError. */
  readonly denied?: boolean;
  /** The map or program that caused the failure, if it is not the one that the caller passed. */
  readonly subject?: string;
}
