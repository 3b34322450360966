import { cStrings, shortTail } from "../../../index.ts";

/**
 * The texts that a program sent in the last array of a record, such as the arguments of a command. Undefined unless the
 * record ends within the array and has more than one: bytes after the end of a single text have no meaning.
 */
export function sentTexts(record: unknown): string[] | undefined {
  const tail = typeof record === "object" && record !== null ? shortTail(record) : undefined;
  const texts = tail && cStrings(tail);
  return texts !== undefined && texts.length > 1 ? texts : undefined;
}
