import { EbpfError, NotExistError } from "../../../index.ts";
import { UsageError } from "../../usage-error.ts";

/** Functions that find kernel objects of one kind, such as maps. */
export interface Finder<T extends Disposable> {
  /** `map` */
  kind: string;
  ids(): Iterable<number>;
  fromId(id: number): T;
  fromPin(path: string): T;
  /** Undefined for kernel objects without a name. */
  nameOf?(one: T): string;
}

/** Opens each kernel object in turn, and closes it after the visit. */
export function eachInKernel<T extends Disposable, R>(
  finder: Finder<T>,
  visit: (one: T, id: number) => R,
): R[] {
  const results: R[] = [];
  for (const id of finder.ids()) {
    const one = openId(finder, id);
    if (one === undefined) continue;
    try {
      results.push(visit(one, id));
    } finally {
      one[Symbol.dispose]();
    }
  }
  return results;
}

/** Returns undefined if the kernel object was freed after its ID was listed. */
function openId<T extends Disposable>(finder: Finder<T>, id: number): T | undefined {
  try {
    return finder.fromId(id);
  } catch (error) {
    if (error instanceof NotExistError) return undefined;
    throw error;
  }
}

/**
 * Opens the kernel object that an argument names: an ID, the path of a pin, or a name.
 *
 * @throws {@link UsageError} for a name that several kernel objects have.
 */
export function findInKernel<T extends Disposable>(finder: Finder<T>, text: string): T {
  if (/^\d+$/.test(text)) return finder.fromId(Number(text));
  if (text.includes("/")) return finder.fromPin(text);
  const { kind, nameOf } = finder;
  if (nameOf === undefined) throw new UsageError(`${kind} "${text}": expected an ID or the path of a pin`);
  // The kernel keeps 15 characters of a name.
  const ids = eachInKernel(finder, (one, id) => ({ id, name: nameOf(one) }))
    .filter(({ name }) => name === text || (name.length === 15 && text.startsWith(name)))
    .map(({ id }) => id);
  const [id] = ids;
  if (id === undefined)
    throw new EbpfError("ERR_EBPF_NOT_EXIST", `no ${kind} has the name "${text}"`, { operation: "open id" });
  if (ids.length === 1) return finder.fromId(id);
  throw new UsageError(`${ids.length} ${kind}s have the name "${text}"; expected an ID: ${ids.join(", ")}`);
}
