import type { Layout } from "../../../codec/index.ts";
import { fieldsOf } from "../../../codec/index.ts";
import { printable } from "../../terminal/index.ts";
import { clockText, fieldFormat } from "./field-rules.ts";
import { kernelAddress } from "./kernel-address.ts";

/** The most elements of an array, or bytes, that a cell shows. */
const MOST_ELEMENTS = 16;

/** Formats the values of one field. */
export type Format = (value: unknown, record: unknown) => string;

/**
 * Returns a function that formats values of a type as text on one line, without control characters.
 *
 * @param name - The name of the field, which often says what a number means.
 */
export function formatOf(layout: Layout | undefined, name: string): Format {
  if (layout === undefined) return (value) => plainText(value);
  const special = fieldFormat(name, layout);
  const plain = plainFormat(layout, name);
  if (special === undefined) return plain;
  return (value, record) => special(value, record) ?? plain(value, record);
}

function plainFormat(layout: Layout, name: string): Format {
  switch (layout.kind) {
    case "enum": {
      const names = new Map(layout.values.map(({ name: one, value }) => [value, one]));
      return (value) => names.get(value as number | bigint) ?? `${value}`;
    }
    case "int":
      if (layout.name.endsWith("*")) return (value) => kernelAddress(value as bigint);
      if (layout.size === 8 && !layout.signed) return (value) => numberOrAddress(value as bigint);
      return (value) => `${value}`;
    case "meant":
      return (value) => (value instanceof Date ? clockText(value) : printable(`${value}`));
    case "array": {
      const element = formatOf(layout.element, name);
      return (value, record) => listText(value, (one) => element(one, record));
    }
    case "record": {
      const fields = [...fieldsOf(layout.members)].map((field) => ({
        name: field.name,
        format: formatOf(field.layout, field.name),
      }));
      return (value) => {
        const own = value as Record<string, unknown>;
        return `{${fields.map((field) => `${field.name}=${field.format(own[field.name], own)}`).join(" ")}}`;
      };
    }
    default:
      return (value) => plainText(value);
  }
}

// Kernel addresses are in the upper half of the 64-bit range, which no count or time reaches.
function numberOrAddress(value: bigint): string {
  return value >= 0xffff_0000_0000_0000n && value < 0xffff_ffff_ffff_0000n
    ? kernelAddress(value)
    : `${value}`;
}

/** Formats a value of unknown type: a key or value without BTF, or a type with a codec of its own. */
export function plainText(value: unknown): string {
  if (value instanceof Uint8Array) return bytesText(value);
  if (Array.isArray(value)) return listText(value, plainText);
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => `${key}=${plainText(one)}`)
      .join(" ")}}`;
  return printable(`${value}`);
}

function bytesText(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, 4 * MOST_ELEMENTS)).toString("hex");
  return bytes.length > 4 * MOST_ELEMENTS ? `${shown}…` : shown;
}

function listText(value: unknown, element: (one: unknown) => string): string {
  const all = Array.from(value as ArrayLike<unknown>);
  // Fixed arrays are rarely full.
  const used = all.findLastIndex((one) => one !== 0 && one !== 0n && one !== "") + 1;
  const shown = all.slice(0, Math.min(used, MOST_ELEMENTS)).map(element);
  return `[${shown.join(" ")}${used > MOST_ELEMENTS ? " …" : ""}]`;
}
