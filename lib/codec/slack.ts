/**
 * A part of a C type whose bytes are not determined by its JavaScript value: storing a value that was read can produce
 * other bytes.
 *
 * - `padding`: bytes that belong to no member.
 * - `bits`: bits of one byte that belong to no bitfield, as a mask.
 * - `text`: the bytes after the first NUL.
 * - `bool`: anything but 0 and 1.
 * - `float`: the bits of a NaN.
 * - `union`: the slack of each member that covers all of its bytes. The union has no slack if one of these members has
 * none.
 * - `each`: the same in each element of an array.
 */
export type Slack =
  | readonly ["padding" | "text" | "bool" | "float", at: number, size: number]
  | readonly ["bits", at: number, mask: number]
  | readonly ["union", at: number, size: number, members: readonly (readonly Slack[])[]]
  | readonly ["each", at: number, count: number, stride: number, element: readonly Slack[]];

/**
 * Restores the undetermined bytes: parts of the value that have not changed since it was read get their original bytes.
 *
 * @param target - The bytes of the current value.
 * @param then - The bytes that result from storing the value as it was read.
 * @param origin - The bytes that it was read from.
 */
export function putBack(
  slack: readonly Slack[],
  target: Uint8Array,
  then: Uint8Array,
  origin: Uint8Array,
  base = 0,
): void {
  for (const part of slack) {
    const at = base + part[1];
    switch (part[0]) {
      case "padding":
        target.set(origin.subarray(at, at + part[2]), at);
        break;
      case "bits":
        target[at] = ((target[at] as number) & ~part[2]) | ((origin[at] as number) & part[2]);
        break;
      case "each":
        for (let i = 0; i < part[2]; i++) putBack(part[4], target, then, origin, at + i * part[3]);
        break;
      default: {
        const end = at + part[2];
        const isUnchanged = target.subarray(at, end).every((byte, i) => byte === then[at + i]);
        if (isUnchanged) target.set(origin.subarray(at, end), at);
      }
    }
  }
}

/** The number of bytes that belong to no member. */
export function paddingOf(slack: readonly Slack[]): number {
  return slack.reduce((sum, part) => {
    if (part[0] === "padding") return sum + part[2];
    return part[0] === "each" ? sum + part[2] * paddingOf(part[4]) : sum;
  }, 0);
}
