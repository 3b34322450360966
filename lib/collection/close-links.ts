import { CloseError, EbpfError } from "../errors/index.ts";

type Named = Iterable<{ readonly name: string; close(): void }>;

/** Closes every link. @throws {@link CloseError} when some stay attached. */
export function closeLinks(links: Named, collection: string): void {
  const errors = closeEach(links);
  if (errors !== undefined)
    throw new CloseError(`cannot close all links of collection "${collection}"`, { errors });
}

/** Closes every link after a failed attach. Returns the error to throw: `cause`, unless some links stay attached. */
export function undoAttach(links: Named, collection: string, cause: unknown): unknown {
  const errors = closeEach(links);
  return errors === undefined
    ? cause
    : new CloseError(`cannot undo attach of collection "${collection}"`, { errors, cause });
}

function closeEach(links: Named): Record<string, EbpfError> | undefined {
  let errors: Record<string, EbpfError> | undefined;
  for (const link of links) {
    try {
      link.close();
    } catch (error) {
      if (!(error instanceof EbpfError)) throw error;
      errors ??= Object.create(null) as Record<string, EbpfError>;
      errors[link.name] = error;
    }
  }
  return errors;
}
