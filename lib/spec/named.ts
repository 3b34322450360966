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
  return new Proxy<Record<string, T>>(Object.create(withoutGuard), new FilledWhenUsed(what, fill));
}

// console.log reads the property "0" of the target of a proxy, which the guard would refuse.
const withoutGuard = {
  [inspect.custom](this: object): object {
    return { ...this };
  },
};

function define<T>(
  object: object,
  accessors: Accessors<T>,
  methods: PropertyDescriptorMap,
): Record<string, T> {
  for (const [name, get, set] of accessors)
    Object.defineProperty(object, name, { get, ...(set && { set }), enumerable: true });
  return Object.freeze(Object.defineProperties(object, methods)) as Record<string, T>;
}

/** Fills the target before the first use of a proxy. */
class FilledWhenUsed implements ProxyHandler<object> {
  readonly #what: string;
  #fill: ((target: object) => void) | undefined;

  constructor(what: string, fill: (target: object) => void) {
    this.#what = what;
    this.#fill = fill;
  }

  #filled(target: object): object {
    const fill = this.#fill;
    this.#fill = undefined;
    fill?.(target);
    return target;
  }

  #ownerOf(target: object, name: string | symbol): object {
    return Object.hasOwn(this.#filled(target), name) ? target : guardOf(this.#what);
  }

  get(target: object, name: string | symbol, receiver: unknown): unknown {
    return Reflect.get(this.#ownerOf(target, name), name, receiver);
  }

  set(target: object, name: string | symbol, value: unknown, receiver: unknown): boolean {
    return Reflect.set(this.#ownerOf(target, name), name, value, receiver);
  }

  has(target: object, name: string | symbol): boolean {
    return Reflect.has(this.#filled(target), name);
  }

  ownKeys(target: object): (string | symbol)[] {
    return Reflect.ownKeys(this.#filled(target));
  }

  getOwnPropertyDescriptor(target: object, name: string | symbol): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.#filled(target), name);
  }

  isExtensible(target: object): boolean {
    return Reflect.isExtensible(this.#filled(target));
  }

  // As of the frozen object.
  defineProperty(): boolean {
    return false;
  }

  setPrototypeOf(): boolean {
    return false;
  }
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
