/** `offset + 8` for `offset` and 8, `offset + 12` for `offset + 8` and 4. */
export function plus(expression: string, bytes: number): string {
  if (bytes === 0) return expression;
  const sum = /^(.*) \+ (\d+)$/.exec(expression);
  return sum === null ? `${expression} + ${bytes}` : `${sum[1]} + ${Number(sum[2]) + bytes}`;
}

/** A string literal. */
export function stringCode(text: string): string {
  // JSON allows these two characters in strings, older JavaScript does not.
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}

/** A property name in an object literal. `__proto__` would set the prototype unless it is computed. */
export function fieldCode(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return isIdentifier(name) ? name : stringCode(name);
}

/** Access to a property. */
export function memberCode(object: string, name: string): string {
  return isIdentifier(name) ? `${object}.${name}` : `${object}[${stringCode(name)}]`;
}

/** Indents all lines of code but the first, for insertion into indented code. */
export function indentRest(code: string, by = 2): string {
  return code.replaceAll("\n", `\n${" ".repeat(by)}`);
}
