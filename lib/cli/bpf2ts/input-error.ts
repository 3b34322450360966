import { type Job, nameOf } from "../../codegen/job.ts";
import { EbpfError } from "../../errors/index.ts";

/** An error in one of several files. The message starts with the name of the file. */
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
