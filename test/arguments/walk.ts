import { EbpfError } from "../../lib/index.ts";

const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const symbol = Symbol("s");

/** Values that few arguments accept. Those with symbols cannot be converted to text. */
const junk: unknown[] = [
  undefined,
  null,
  true,
  symbol,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  0,
  1,
  1.5,
  2 ** 32,
  2 ** 53,
  -1n,
  1n,
  1n << 70n,
  "",
  "x",
  "a\0b",
  "\ud800",
  {},
  Object.create(null),
  { type: symbol, name: symbol, kind: symbol, symbol },
  new Proxy({}, {}),
  new Proxy(() => 1, {}),
  () => 1,
  [],
  [5],
  [symbol],
  [undefined],
  [null],
  [{}],
  [[]],
  new Array(2),
  new Date(),
  /x/,
  Object(1),
  new Uint8Array(3),
  detached,
  new DataView(new ArrayBuffer(0)),
];

/** Calls functions with junk and collects the errors that are not of this package. */
export class Walk {
  readonly problems = new Set<string>();
  readonly #called = new Set<unknown>();
  readonly #pending: Promise<void>[] = [];

  /** All functions of a namespace and its namespaces, and the static methods of its classes. Codecs are not called. */
  functionsOf(prefix: string, namespace: object, skipped: readonly string[]): this {
    for (const [name, value] of Object.entries(namespace)) {
      const path = prefix + name;
      if (skipped.includes(path)) continue;
      if (typeof value === "object" && value !== null && !("read" in value))
        this.functionsOf(`${path}.`, value, skipped);
      if (typeof value !== "function") continue;
      if (isClass(value)) this.#staticsOf(path, value, skipped);
      else this.#callWithJunk(path, value, undefined);
    }
    return this;
  }

  /** A public constructor. */
  construct(name: string, Class: unknown): this {
    const Any = Class as new (...values: unknown[]) => unknown;
    for (const value of junk) {
      this.#call(`new ${name}`, value, () => new Any(value));
      this.#call(`new ${name}`, value, () => new Any(value, value));
    }
    return this;
  }

  /** The methods and setters of an object. `close` and names in `skipped` are not called. */
  methodsOf(where: string, object: object, skipped: readonly string[] = []): this {
    const done = new Set(["constructor", "close", "toString", ...skipped]);
    for (let type = object; type !== null && type !== Object.prototype; type = Object.getPrototypeOf(type)) {
      if (type === Date.prototype) break;
      for (const [name, { value, set }] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
        if (done.has(name)) continue;
        done.add(name);
        if (typeof value === "function") this.#callWithJunk(`${where}.${name}`, value, object);
        for (const each of set === undefined ? [] : junk)
          this.#call(`${where}.${name} =`, each, () => set?.call(object, each));
      }
    }
    return this;
  }

  /** Waits for the promises that the calls returned. */
  async settled(): Promise<string[]> {
    await Promise.all(this.#pending);
    return [...this.problems];
  }

  // biome-ignore lint/complexity/noBannedTypes: a class of any kind
  #staticsOf(path: string, Class: Function, skipped: readonly string[]): void {
    for (let type = Class; isClass(type); type = Object.getPrototypeOf(type)) {
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
        const isOwn = typeof value === "function" && name !== "captureStackTrace";
        if (!isOwn || this.#called.has(value) || skipped.includes(`${path}.${name}`)) continue;
        this.#called.add(value);
        this.#callWithJunk(`${path}.${name}`, value, Class);
      }
    }
  }

  // biome-ignore lint/complexity/noBannedTypes: a function of any kind
  #callWithJunk(where: string, call: Function, self: unknown): void {
    for (const value of junk) {
      this.#call(where, value, () => call.call(self, value), self);
      if (call.length > 1) this.#call(where, value, () => call.call(self, value, value, value, value), self);
    }
  }

  #call(where: string, value: unknown, call: () => unknown, self?: unknown): void {
    try {
      this.#finish(where, value, call(), self);
    } catch (error) {
      this.#note(where, value, error);
    }
  }

  #finish(where: string, value: unknown, result: unknown, self: unknown): void {
    if (typeof result !== "object" || result === null || result === self) return;
    const { then, next, close, [Symbol.dispose]: dispose } = result as Record<PropertyKey, unknown>;
    if (typeof then === "function") {
      const finish = (done: unknown): void => this.#finish(where, value, done, self);
      this.#pending.push(
        (result as Promise<unknown>).then(finish).catch((error) => this.#note(where, value, error)),
      );
    } else if (typeof next === "function" && Symbol.iterator in result) next.call(result);
    else if (typeof close === "function") close.call(result);
    else if (typeof dispose === "function") dispose.call(result);
  }

  #note(where: string, value: unknown, error: unknown): void {
    if (error instanceof EbpfError) return;
    const shown = typeof value === "object" ? Object.prototype.toString.call(value) : String(value);
    this.problems.add(`${where}(${shown}): ${error}`);
  }
}

function isClass(value: unknown): boolean {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}
