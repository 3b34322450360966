import { type InspectOptions, inspect } from "node:util";
import { ClosedError } from "../errors/index.ts";
import { inspected } from "../format/inspected.ts";
import type { Handle } from "../native/handle.ts";

interface Forgotten {
  handle: Handle;
  close: (handle: Handle) => void;
  what: string;
}

const warned = new Set<string>();

// The collector is no owner: it may come late or never. It closes what was forgotten, and says so once.
const backstop = new FinalizationRegistry<Forgotten>(({ handle, close, what }) => {
  close(handle);
  const kind = what.split(" ", 1)[0] ?? what;
  if (warned.has(kind)) return;
  warned.add(kind);
  process.emitWarning(
    `${what} was garbage-collected without being closed. Call close(), or declare it with "using".`,
    {
      type: "EbpfWarning",
      code: "EBPF_NOT_CLOSED",
    },
  );
});

// The backstop costs more than a small system call, and what is closed in the turn in which it was made needs none.
const fresh: Resource[] = [];
const MOST_FRESH = 256;
let isScheduled = false;

function watchLater(resource: Resource): void {
  if (fresh.push(resource) === MOST_FRESH) watchFresh();
  if (isScheduled) return;
  isScheduled = true;
  queueMicrotask(() => {
    isScheduled = false;
    watchFresh();
  });
}

function watchFresh(): void {
  for (const resource of fresh.splice(0)) resource[watch]();
}

/** Package-internal accessor of an object's native handle; not exported. */
export const handleOf: unique symbol = Symbol("ebpf.handle");

const kind: unique symbol = Symbol("ebpf.kind");

const watch: unique symbol = Symbol("ebpf.watch");

/** Something that holds a resource of the kernel until it is closed. */
export abstract class Resource {
  #handle: Handle;
  readonly #what: string;
  readonly #close: (handle: Handle) => void;

  /**
   * @param what - For messages, the kind first: `map "events"`.
   * @internal
   */
  constructor(handle: Handle, what: string, close: (handle: Handle) => void) {
    this.#handle = handle;
    this.#what = what;
    this.#close = close;
    watchLater(this);
  }

  /** True once `close` was called. */
  get closed(): boolean {
    return this.#handle === -1;
  }

  /** Gives up the resource. A second call does nothing. */
  close(): void {
    if (this.#handle === -1) return;
    const handle = this.#handle;
    this.#handle = -1;
    if (fresh.at(-1) === this) fresh.pop();
    else backstop.unregister(this);
    this.#close(handle);
  }

  /** Has the backstop watch it. @internal */
  [watch](): void {
    const handle = this.#handle;
    if (handle !== -1) backstop.register(this, { handle, close: this.#close, what: this.#what }, this);
  }

  /**
   * For operations that need no handle themselves. @throws {@link ClosedError} after `close`.
   *
   * @internal
   */
  assertOpen(): void {
    if (this.#handle === -1) throw new ClosedError(`${this.#what} is closed`);
  }

  /** Calls `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * For `console.log`: the class, the name, and what is worth seeing, without codecs and handles.
   *
   * @internal
   */
  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const title = `${this.constructor.name} ${this.inspectedName}`;
    if (this.closed) return `[${title}, closed]`;
    return inspected(title, depth, options, () => this.inspectedFields());
  }

  /** @internal */
  protected get inspectedName(): string {
    return this.#what.slice(this.#what.indexOf('"'));
  }

  /** What `console.log` shows besides the name. @internal */
  protected inspectedFields(): object {
    return {};
  }

  /** @internal */
  static [kind](value: object): string | undefined {
    return #what in value ? value.#what.split(" ", 1)[0] : undefined;
  }

  /** @internal */
  get [handleOf](): Handle {
    // Not by assertOpen: V8 inlines this getter into map operations, and has a budget for that.
    if (this.#handle === -1) throw new ClosedError(`${this.#what} is closed`);
    return this.#handle;
  }
}

/** What a value of this package is, open or closed: `map`, `program`, `link`, …; undefined for anything else. */
export function kindOf(value: unknown): string | undefined {
  return typeof value === "object" && value !== null ? Resource[kind](value) : undefined;
}
