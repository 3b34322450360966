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
  // Set last, because the guard would intercept each assignment.
  Object.setPrototypeOf(object, guardOf(what));
  return Object.freeze(object);
}

type Accessors<T> = Iterable<readonly [name: string, get: () => T, set?: (value: T) => void]>;

/** Like {@link named}, but each value is created when it is read. A name without a setter cannot be assigned. */
export function namedLazily<T>(what: string, accessors: Accessors<T>): Record<string, T> {
  return define<T>(Object.create(guardOf(what)), accessors, {});
}

/**
 * Like {@link named}, but the object gets its properties at its first use. An object that is never used costs half as
 * much.
 *
 * @param methods - As for {@link named}.
 */
export function namedWhenUsed<T>(
  what: string,
  accessors: () => Accessors<T>,
  methods: PropertyDescriptorMap,
): Record<string, T> {
  const fill = (target: object): unknown => define(target, accessors(), methods);
  return new Proxy(new Unfilled(what, fill), filledWhenUsed) as object as Record<string, T>;
}

function define<T>(
  object: object,
  accessors: Accessors<T>,
  methods: PropertyDescriptorMap,
): Record<string, T> {
  for (const [name, get, set] of accessors)
    Object.defineProperty(object, name, { get, ...(set && { set }), enumerable: true });
  return Object.freeze(Object.defineProperties(object, methods)) as Record<string, T>;
}

/** The target of a proxy, which gets its properties at the first use of the proxy. */
class Unfilled {
  readonly #what: string;
  #fill: ((target: object) => void) | undefined;

  constructor(what: string, fill: (target: object) => void) {
    this.#what = what;
    this.#fill = fill;
  }

  filled(): this {
    const fill = this.#fill;
    this.#fill = undefined;
    fill?.(this);
    return this;
  }

  /** The object that has a property: this one, or the guard. */
  ownerOf(name: string | symbol): object {
    return Object.hasOwn(this.filled(), name) ? this : guardOf(this.#what);
  }

  // console.log reads the property "0" of the target of a proxy, which the guard would refuse.
  [inspect.custom](): object {
    return { ...this };
  }
}

// One handler for all proxies, because creating an object with methods costs more than creating a proxy.
const filledWhenUsed: ProxyHandler<Unfilled> = {
  get: (target, name, receiver) => Reflect.get(target.ownerOf(name), name, receiver),
  set: (target, name, value, receiver) => Reflect.set(target.ownerOf(name), name, value, receiver),
  has: (target, name) => Reflect.has(target.filled(), name),
  ownKeys: (target) => Reflect.ownKeys(target.filled()),
  getOwnPropertyDescriptor: (target, name) => Reflect.getOwnPropertyDescriptor(target.filled(), name),
  isExtensible: (target) => Reflect.isExtensible(target.filled()),
  // As of the frozen object.
  defineProperty: () => false,
  setPrototypeOf: () => false,
};

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
