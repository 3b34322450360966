/** What is known of a failure. */
export interface Explanation {
  /** What is wrong and what to do about it, in one or two sentences without a full stop at the end. */
  readonly remedy: string;
  /** The kernel, as it is, cannot do it: the error is a NotSupportedError. */
  readonly lack?: boolean;
  /** The map or program at fault, where the words name another than the caller knows. */
  readonly subject?: string;
}
