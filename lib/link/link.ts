import type { Handle } from "../native/handle.ts";
import { native } from "../native.ts";
import { Resource } from "../resource.ts";

/** An attachment of a program. Closing it detaches the program; so does the end of the process. */
export class Link extends Resource {
  /** @internal */
  constructor(handle: Handle, program: string) {
    super(handle, `link of program "${program}"`, native().linkClose);
  }
}
