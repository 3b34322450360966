/**
 * Returns a value as JSON on one line.
 *
 * A bigint becomes a number if JSON readers keep all of its digits (up to 2^53 - 1), and a string of digits otherwise.
 * Bytes become a string of hexadecimal digits; a number that JSON lacks (NaN, Infinity) becomes a string.
 */
export function jsonLine(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Number.isFinite(value) ? `${value}` : `"${value}"`;
    case "bigint":
      return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? `${value}` : `"${value}"`;
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : objectText(value);
    default:
      return "null";
  }
}

function objectText(value: object): string {
  if (value instanceof Uint8Array) {
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}"`;
  }
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as unknown as ArrayLike<unknown>, jsonLine).join(",")}]`;
  }
  let text = "{";
  for (const key of Object.keys(value)) {
    const one = (value as Record<string, unknown>)[key];
    if (one === undefined) continue;
    if (text.length > 1) text += ",";
    text += `${keyText(key)}:${jsonLine(one)}`;
  }
  return `${text}}`;
}

const keys = new Map<string, string>();

/** Field names are few and repeat in each record; keys of maps are many. */
function keyText(key: string): string {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const text = JSON.stringify(key);
  if (keys.size < 4096) keys.set(key, text);
  return text;
}
