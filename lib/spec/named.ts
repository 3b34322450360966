import { inspect } from "node:util";
import { UnknownNameError } from "../errors/index.ts";

// Properties that the language, Node, test runners and loggers read from unknown objects.
const asked = new Set(["then", "toJSON", "$$typeof", "asymmetricMatch", "nodeType", "tagName", "href"]);

/**
 * An object with the given properties that throws when another one is read, so that a misspelt name is found
 * immediately. Existing names are own properties without overhead. The guard is the prototype.
 *
 * `in`, `Object.keys`, spreading, JSON and `console.log` see an ordinary object.
 *
 * @param what - The kind of the named things, for the message: `map`, `program`.
 * @param methods - Properties with symbols as keys, which no name can clash with. Not enumerable.
 */
export function named<T>(
  what: string,
  entries: Iterable<readonly [name: string, value: T]>,
  methods?: PropertyDescriptorMap,
): Record<string, T> {
  const object: Record<string, T> = {};
  for (const [name, value] of entries) {
    if (name === "__proto__")
      Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
    else object[name] = value;
  }
  if (methods !== undefined) Object.defineProperties(object, methods);
  // Last, because each assignment would ask the guard.
  Object.setPrototypeOf(object, guardOf(what));
  return Object.freeze(object);
}

/** The same, where each value is made when it is read. A name without a setter cannot be assigned. */
export function namedLazily<T>(
  what: string,
  makers: Iterable<readonly [name: string, get: () => T, set?: (value: T) => void]>,
  methods: PropertyDescriptorMap = {},
): Record<string, T> {
  const object: Record<string, T> = Object.create(guardOf(what), methods);
  for (const [name, get, set] of makers)
    Object.defineProperty(object, name, { get, ...(set && { set }), enumerable: true });
  return Object.freeze(object);
}

// One prototype for each kind of names: a separate prototype costs an object more than all its properties.
const guards = new Map<string, object>();

function guardOf(what: string): object {
  let guard = guards.get(what);
  if (guard === undefined) {
    guard = makeGuard(what);
    guards.set(what, guard);
  }
  return guard;
}

function makeGuard(what: string): object {
  return new Proxy<object>(
    {},
    {
      get(target, name, receiver) {
        if (name === inspect.custom) return () => ({ ...receiver });
        if (typeof name === "symbol" || name in target || asked.has(name) || name.startsWith("@@")) {
          return Reflect.get(target, name, receiver);
        }
        throw new UnknownNameError({ what, wanted: name, known: Object.keys(receiver) });
      },
      set(_, name, __, receiver) {
        throw new UnknownNameError({ what, wanted: String(name), known: Object.keys(receiver) });
      },
    },
  );
}
