import type { EbpfError } from "../../errors/index.ts";

/** Adds the path of the file to an error about its contents. */
export function inFile(path: string, error: EbpfError): EbpfError {
  const message = `"${path}": ${error.message}`;
  // The stack has the message that the error was made with.
  if (error.stack !== undefined) error.stack = error.stack.replace(error.message, () => message);
  error.message = message;
  return error;
}
