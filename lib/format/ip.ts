import { checkBytes, checkU32, invalidArgument } from "../arguments/index.ts";

const AF_INET = 2;
const AF_INET6 = 10;

/**
 * The text of an IPv4 address: `127.0.0.1`.
 *
 * @param address - The four bytes, or the number that a field of type `__be32` has: `0x7f000001`. A program that copies
 *   an address into a `__u32` gives it another order: declare the field as `__be32`.
 * @throws {@link InvalidArgumentError} for any other value.
 */
export function formatIPv4(address: number | Uint8Array): string {
  if (address instanceof Uint8Array) return bytesText4(addressBytes(address, "IPv4 address", 4));
  const number = checkU32(address, "IPv4 address");
  return bytesText4([number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff]);
}

/**
 * The text of an IPv6 address in the form of RFC 5952: `fe80::1`, `::ffff:10.0.0.1`.
 *
 * @param address - Its sixteen bytes.
 * @throws {@link InvalidArgumentError} for another number of bytes.
 */
export function formatIPv6(address: Uint8Array): string {
  const bytes = addressBytes(address, "IPv6 address", 16);
  // ::ffff:0:0/96 holds the addresses of IPv4.
  const mapped = bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));
  return mapped ? `::ffff:${bytesText4(bytes.subarray(12))}` : bytesText6(bytes);
}

/**
 * The text of an IPv4 or IPv6 address, for programs that store both in one field. An IPv4 address is in the first four
 * bytes.
 *
 * @param family - AF_INET (2) or AF_INET6 (10).
 * @param address - Sixteen bytes; four are enough for IPv4.
 * @throws {@link InvalidArgumentError} for another family or too few bytes.
 *
 * @example
 * ```ts
 * formatIP(event.family, event.saddr); // "192.0.2.1" or "2001:db8::1"
 * ```
 */
export function formatIP(family: number, address: Uint8Array): string {
  if (family === AF_INET6) return formatIPv6(address);
  if (family !== AF_INET)
    throw invalidArgument("family of an address", "2 (AF_INET) or 10 (AF_INET6)", family);
  return formatIPv4(checkBytes(address, "IPv4 address").subarray(0, 4));
}

function addressBytes(address: unknown, subject: string, size: number): Uint8Array {
  const bytes = checkBytes(address, subject);
  if (bytes.length !== size) throw invalidArgument(subject, `${size} bytes`, address);
  return bytes;
}

/** @internal */
export function bytesText4(bytes: Uint8Array | readonly number[]): string {
  return bytes.join(".");
}

/** The text in the form of RFC 5952, which omits the longest run of two or more zero groups. @internal */
export function bytesText6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let best = { at: 0, length: 0 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const text = groups.map((group) => group.toString(16));
  if (best.length < 2) return text.join(":");
  return `${text.slice(0, best.at).join(":")}::${text.slice(best.at + best.length).join(":")}`;
}

/** The bytes of an address; undefined when it is not one. @internal */
export function parseIPv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.map(Number);
}

/** The bytes of an address; undefined when it is not one. @internal */
export function parseIPv6(text: string): number[] | undefined {
  // The last four bytes may be written as IPv4.
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted ? parseIPv4(dotted[2] as string) : [];
  if (tail === undefined) return undefined;
  // The text before the dotted part ends with a colon: a separator, or the second of "::".
  let head = dotted ? (dotted[1] as string) : text;
  if (dotted && !head.endsWith("::")) head = head.slice(0, -1);
  const halves = head.split("::");
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map(parseGroups);
  if (before === undefined || (halves.length === 2 && after === undefined)) return undefined;
  const known = before.length + (after?.length ?? 0) + tail.length;
  if (halves.length === 1) return known === 16 ? [...before, ...tail] : undefined;
  // "::" replaces at least one group.
  if (known > 14) return undefined;
  return [...before, ...new Array<number>(16 - known).fill(0), ...(after ?? []), ...tail];
}

function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
