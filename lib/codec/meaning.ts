import { invalidArgument } from "../arguments/index.ts";

/**
 * The meaning of the bytes of a field, if the C type does not define it:
 *
 * - `text`: bytes up to the first NUL, as a string (`u8 comm[16]`);
 * - `bytes`: a Uint8Array (`char data[16]`);
 * - `ipv4`, `ipv6`, `mac`: an address in network byte order, as text (`"10.0.0.1"`, `"fe80::1"`,
 * `"02:42:ac:11:00:02"`);
 * - `ktime`: nanoseconds from `bpf_ktime_get_ns()`, as a {@link KernelTime}, which is a Date;
 * - `be`, `le`: a big-endian or little-endian integer, as `__be16` and `__le16`;
 * - `host`: an integer in the order of the object, even if its type states another order: the raw number of a `__be16`.
 */
export type Meaning = "text" | "bytes" | "ipv4" | "ipv6" | "mac" | "ktime" | "be" | "le" | "host";

const words: readonly Meaning[] = ["text", "bytes", "ipv4", "ipv6", "mac", "ktime", "be", "le", "host"];

/**
 * Meanings of fields: `"event.saddr"` for a member of `struct event`, `"event.at.saddr"` inside an anonymous struct of
 * it, `"hosts.key"` and `"hosts.value"` for the keys and values of a map, `"address_t"` for a typedef, `"server"` for a
 * global variable.
 *
 * The meaning of an array is that of each element.
 */
export interface FieldMeanings {
  readonly [field: string]: Meaning;
}

/** The prefix of the decl tags of `<ebpf/fields.bpf.h>`. */
const TAG = "ebpf:";

/**
 * The meaning that decl tags give: `__attribute__((btf_decl_tag("ebpf:ipv4")))`.
 *
 * @throws {@link InvalidArgumentError} for a tag of this form with another word.
 */
export function taggedMeaning(tags: readonly string[]): Meaning | undefined {
  const tag = tags.find((one) => one.startsWith(TAG));
  return tag === undefined ? undefined : checkMeaning(tag.slice(TAG.length), `decl tag "${tag}"`);
}

/** The decl tag that gives a meaning. */
export function meaningTag(meaning: Meaning): string {
  return TAG + meaning;
}

/** Whether a decl tag gives a meaning. */
export function isMeaningTag(tag: string): boolean {
  return tag.startsWith(TAG);
}

/** @throws {@link InvalidArgumentError} */
export function checkMeaning(word: unknown, subject: string): Meaning {
  const known = words.find((one) => one === word);
  if (known === undefined) {
    const expected = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
    throw invalidArgument(`meaning of ${subject}`, expected, word);
  }
  return known;
}
