import { invalidArgument } from "../arguments/index.ts";
import type { TypeId } from "./types.ts";

/** A number. Whether a type has the ID is checked where it is looked up. */
export function checkId(id: unknown): TypeId {
  if (typeof id === "number") return id;
  throw invalidArgument("ID of a BTF type", "a number", id);
}
