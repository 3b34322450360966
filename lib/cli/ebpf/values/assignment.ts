import { UsageError } from "../../usage-error.ts";

/** Splits `name=value` at the first equals sign. */
export function splitAssignment(
  text: string,
  option: string,
  form = "NAME=VALUE",
): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`${option}: expected ${form}, received "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}
