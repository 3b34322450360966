import { type Job, nameOf } from "../../codegen/job.ts";
import { EbpfError } from "../../errors.ts";

/** What is wrong with one of several files, with its name before it. */
export class InputError extends Error {
  constructor(job: Job, cause: Error) {
    super(`${nameOf(job)}: ${cause.message}`, { cause });
  }
}

export function withName<T>(job: Job, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof EbpfError) || error.message.includes(nameOf(job))) throw error;
    throw new InputError(job, error);
  }
}
