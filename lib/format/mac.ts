import { checkBytes, invalidArgument } from "../arguments/index.ts";

/**
 * The text of a MAC address: `02:42:ac:11:00:02`.
 *
 * @param address - Its six bytes.
 * @throws {@link InvalidArgumentError} for another number of bytes.
 */
export function formatMac(address: Uint8Array): string {
  const bytes = checkBytes(address, "MAC address");
  if (bytes.length !== 6) throw invalidArgument("MAC address", "6 bytes", address);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** The bytes of an address; undefined when it is not one. @internal */
export function parseMac(text: string): number[] | undefined {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) return undefined;
  return text.split(":").map((byte) => Number.parseInt(byte, 16));
}
