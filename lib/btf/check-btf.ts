import { invalidArgument } from "../arguments/index.ts";
import { Btf } from "./btf.ts";

/** @param subject - For the message: `btf of cHeader`. */
export function checkBtf(btf: unknown, subject: string): Btf {
  if (btf instanceof Btf) return btf;
  throw invalidArgument(subject, "a Btf", btf);
}
