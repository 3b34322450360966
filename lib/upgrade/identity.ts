import { kindOf } from "../live/resource.ts";
import type { ObjectSpec } from "../spec/index.ts";

/**
 * Identifies the result of loading a spec: the object with its edits. Two specs with the same identity are one version.
 */
export function identityOf(spec: ObjectSpec): string {
  // Not imported, since loading it would delay every start.
  const { createHash } = process.getBuiltinModule("node:crypto");
  const hash = createHash("sha256").update(spec.editedBytes());
  hash.update(JSON.stringify(spec.edits(), plain));
  return `sha256:${hash.digest("hex")}`;
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  // A live map or program of the user.
  const kind = kindOf(value);
  if (kind === "map") return `map ${(value as { id: number }).id}`;
  if (kind === "program") return `program ${(value as { info(): { id: number } }).info().id}`;
  return value;
}
