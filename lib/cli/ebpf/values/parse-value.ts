import { fieldsOf, type Layout } from "../../../codec/index.ts";
import { UsageError } from "../../usage-error.ts";

/**
 * Parses the text of a value for a C type: numbers in decimal or hexadecimal, `true`, names of an enum, text for
 * `char[]`, hexadecimal digits or dotted decimals for bytes, JSON for arrays and structs.
 *
 * @param subject - For messages: `value of "min_ns"`.
 * @throws {@link UsageError} for text that is not a value of the type. The range is checked when the value is stored.
 */
export function parseValue(text: string, layout: Layout | undefined, subject: string): unknown {
  if (layout === undefined) return bytesOf(text, undefined, subject);
  switch (layout.kind) {
    case "int":
      // As `__be32` is shown.
      if (layout.order === "big" && layout.size === 4 && text.includes("."))
        return new DataView(bytesOf(text, 4, subject).buffer).getUint32(0);
      return integer(text, layout.size >= 8, `${subject}: expected an integer (${layout.name})`);
    case "enum": {
      const value = layout.values.find(({ name }) => name === text)?.value;
      if (value !== undefined) return value;
      const known = layout.values.slice(0, 8).map(({ name }) => name);
      return integer(text, layout.size >= 8, `${subject}: expected ${known.join(", ")} or an integer`);
    }
    case "bool":
      if (["true", "1", "yes", "on"].includes(text)) return true;
      if (["false", "0", "no", "off"].includes(text)) return false;
      throw new UsageError(`${subject}: expected true or false, received "${text}"`);
    case "float": {
      const number = Number(text);
      if (text.trim() !== "" && !Number.isNaN(number)) return number;
      throw new UsageError(`${subject}: expected a number, received "${text}"`);
    }
    case "meant":
      if (layout.meaning !== "ktime") return text;
      return integer(text, true, `${subject}: expected nanoseconds (${layout.name})`);
    case "chars":
      return text;
    case "bytes":
      return bytesOf(text, layout.size, subject);
    default:
      return fromJson(parseJson(text, subject, layout.name), layout, subject);
  }
}

function integer(text: string, wide: boolean, expected: string): number | bigint {
  if (!/^-?(\d+|0x[0-9a-f]+|0b[01]+)$/i.test(text)) throw new UsageError(`${expected}, received "${text}"`);
  const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
  return wide ? value : Number(value);
}

function bytesOf(text: string, size: number | undefined, subject: string): Uint8Array {
  const expected = size === undefined ? "bytes" : `${size} bytes`;
  const dotted = /^\d+(\.\d+)+$/.test(text) ? text.split(".").map(Number) : undefined;
  const hex = text.replace(/^0x/, "").replaceAll(/[:\s]/g, "");
  if (dotted?.every((byte) => byte < 256)) return checkSize(Uint8Array.from(dotted));
  if (/^([0-9a-f]{2})*$/i.test(hex)) return checkSize(Uint8Array.from(Buffer.from(hex, "hex")));
  throw new UsageError(`${subject}: expected ${expected} as hexadecimal digits, received "${text}"`);

  function checkSize(bytes: Uint8Array): Uint8Array {
    if (size === undefined || bytes.length === size) return bytes;
    throw new UsageError(`${subject}: expected ${expected}, received ${bytes.length}`);
  }
}

function parseJson(text: string, subject: string, type: string): unknown {
  // Integers beyond 2^53 lose digits in JSON.parse, and are valid text of an integer.
  const quoted = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (part) =>
    part.startsWith('"') ? part : `"${part}"`,
  );
  try {
    return JSON.parse(quoted);
  } catch {
    throw new UsageError(`${subject}: expected JSON (${type}), received "${text}"`);
  }
}

function fromJson(value: unknown, layout: Layout, subject: string): unknown {
  if (layout.kind === "array") {
    if (!Array.isArray(value)) throw new UsageError(`${subject}: expected an array (${layout.name})`);
    return value.map((one, i) => fromJson(one, layout.element, `${subject}[${i}]`));
  }
  if (layout.kind === "record") {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new UsageError(`${subject}: expected an object (${layout.name})`);
    const given = value as Record<string, unknown>;
    const fields = [...fieldsOf(layout.members)].filter(({ name }) => given[name] !== undefined);
    const unknown = Object.keys(given).find((name) => !fields.some((field) => field.name === name));
    if (unknown !== undefined) throw new UsageError(`${subject}: ${layout.name} has no field "${unknown}"`);
    return Object.fromEntries(
      fields.map((field) => [
        field.name,
        fromJson(given[field.name], field.layout, `${field.name} of ${subject}`),
      ]),
    );
  }
  if ((layout.kind === "chars" || layout.kind === "meant") && typeof value === "string") return value;
  return parseValue(String(value), layout, subject);
}
