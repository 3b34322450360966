const longestText = 64;

/** Describes a value for a message, on one short line. It runs no code of the value. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return describeText(value);
    case "bigint":
      return `${describeBigInt(value)}n`;
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      return value === null ? "null" : describeObject(value);
    default:
      return String(value);
  }
}

function describeText(text: string): string {
  if (text.length <= longestText) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, longestText))}… (${text.length} characters)`;
}

function describeBigInt(value: bigint): string {
  // Printing a bigint takes time quadratic in its length.
  if (value < 1n << 128n && value > -(1n << 128n)) return value.toString();
  return value > 0n ? "more than 2^128" : "less than -2^128";
}

function describeObject(object: object): string {
  try {
    if (Array.isArray(object)) return `an array of ${object.length} elements`;
    if (ArrayBuffer.isView(object)) return `${article(viewName(object))} of ${object.byteLength} bytes`;
    const name: unknown = Object.getPrototypeOf(object)?.constructor?.name;
    if (typeof name === "string" && /^\w{1,40}$/.test(name) && name !== "Object") return article(name);
  } catch {
    // A proxy (also a revoked one), a getter of the class, or a view of a detached buffer.
  }
  return "an object";
}

function viewName(view: ArrayBufferView): string {
  return Object.prototype.toString.call(view).slice("[object ".length, -1);
}

function article(name: string): string {
  return `${/^[AEIOU]/i.test(name) && !/^U[is]/.test(name) ? "an" : "a"} ${name}`;
}
