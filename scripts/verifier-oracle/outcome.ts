/** What became of a program that was loaded by itself. */
export interface Outcome {
  object: string;
  program: string;
  loaded?: boolean;
  /** Not a refusal of the verifier: the error's code. */
  error?: string;
  message?: string;
  id?: string;
  reason?: string;
  line?: number | undefined;
  title?: string;
  help?: string | undefined;
  suggestion?: string | undefined;
  /** The log holds a message that the authors expect, so that the reason can be compared. */
  comparable?: boolean;
  right?: boolean;
  expected?: string[];
}
