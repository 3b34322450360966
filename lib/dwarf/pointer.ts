import { tags } from "./constants.ts";
import type { Die } from "./die.ts";

// No program has this many typedefs and qualifiers around a type; a cycle does.
const MAX_DEPTH = 32;

/** The type behind typedefs and qualifiers; undefined for void. */
function resolve(die: Die | undefined): Die | undefined {
  let at = die;
  for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
    switch (at.tag) {
      case tags.typedef:
      case tags.constType:
      case tags.volatileType:
      case tags.restrictType:
      case tags.atomicType:
        at = at.type;
        break;
      default:
        return at;
    }
  }
  return undefined;
}

export function isPointer(die: Die): boolean {
  return resolve(die)?.tag === tags.pointerType;
}

/** What a pointer type leads to; undefined for `void *` and for functions. */
export function targetOf(die: Die): Die | undefined {
  const target = resolve(die)?.type;
  const kind = resolve(target)?.tag;
  return kind === undefined || kind === tags.subroutineType || kind === tags.pointerType ? undefined : target;
}
