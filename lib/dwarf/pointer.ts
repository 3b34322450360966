import { attributes, tags } from "./constants.ts";
import type { Die } from "./die.ts";

// No program has this many typedefs and qualifiers around a type. Only a cycle does.
const MAX_DEPTH = 32;

/** The type without typedefs and qualifiers. Undefined for void. */
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

/** The size of a struct or union. Undefined for other types, and for one that is only declared. */
export function compositeSize(die: Die): number | undefined {
  const composite = resolve(die);
  const isComposite = composite?.tag === tags.structureType || composite?.tag === tags.unionType;
  return isComposite ? composite.number(attributes.byteSize) : undefined;
}

/** The target of a pointer type. Undefined for `void *` and for functions. */
export function targetOf(die: Die): Die | undefined {
  const target = resolve(die)?.type;
  const kind = resolve(target)?.tag;
  return kind === undefined || kind === tags.subroutineType || kind === tags.pointerType ? undefined : target;
}
