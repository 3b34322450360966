import { type InspectOptions, inspect } from "node:util";
import { ClosedError } from "../errors/index.ts";
import { inspected } from "../format/inspected.ts";
import type { Handle } from "../native/handle.ts";
import { atEndOfTurn } from "./end-of-turn.ts";

/** Releases a handle; `what` is for messages. After an error, the handle is still valid. */
type Close = (handle: Handle, what: string) => void;

interface Forgotten {
  handle: Handle;
  close: Close;
  what: string;
}

const warned = new Set<string>();

// Garbage collection may be late or never run. It closes objects that were not closed, and warns once.
const backstop = new FinalizationRegistry<Forgotten>(({ handle, close, what }) => {
  let failure = "";
  try {
    close(handle, what);
  } catch (error) {
    failure = ` ${error instanceof Error ? error.message : error}`;
  }
  const kind = what.split(" ", 1)[0] ?? what;
  if (warned.has(kind) && failure === "") return;
  warned.add(kind);
  process.emitWarning(
    `${what} was garbage-collected without being closed. Call close(), or declare it with "using".${failure}`,
    {
      type: "EbpfWarning",
      code: "EBPF_NOT_CLOSED",
    },
  );
});

// Registration costs more than a small system call. An object that is closed in the same turn does not need it.
const fresh: Resource[] = [];
const MOST_FRESH = 256;

function watchLater(resource: Resource): void {
  if (fresh.push(resource) === MOST_FRESH) watchFresh();
  atEndOfTurn(watchFresh);
}

function watchFresh(): void {
  for (const resource of fresh.splice(0)) resource[watch]();
}

/** Package-internal accessor of an object's native handle; not exported. */
export const handleOf: unique symbol = Symbol("ebpf.handle");

const kind: unique symbol = Symbol("ebpf.kind");

const watch: unique symbol = Symbol("ebpf.watch");

/** An object that owns a kernel resource until it is closed. */
export abstract class Resource {
  #handle: Handle;
  readonly #what: string;
  readonly #close: Close;

  /**
   * @param what - For messages, the kind first: `map "events"`.
   * @internal
   */
  constructor(handle: Handle, what: string, close: Close) {
    this.#handle = handle;
    this.#what = what;
    this.#close = close;
    watchLater(this);
  }

  /** True once `close` has released the resource. */
  get closed(): boolean {
    return this.#handle === -1;
  }

  /** Releases the resource. A second call does nothing. */
  close(): void {
    if (this.#handle === -1) return;
    const handle = this.#handle;
    this.#handle = -1;
    if (fresh.at(-1) === this) fresh.pop();
    else backstop.unregister(this);
    try {
      this.#close(handle, this.#what);
    } catch (error) {
      this.#handle = handle;
      watchLater(this);
      throw error;
    }
  }

  /** Registers the object for the close at garbage collection. @internal */
  [watch](): void {
    const handle = this.#handle;
    if (handle !== -1) backstop.register(this, { handle, close: this.#close, what: this.#what }, this);
  }

  /**
   * Call it in operations that do not use the handle. @throws {@link ClosedError} after `close`.
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
   * Returns the output of `console.log`: the class, the name and the important properties.
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

  /** The properties that `console.log` shows after the name. @internal */
  protected inspectedFields(): object {
    return {};
  }

  /** @internal */
  static [kind](value: object): string | undefined {
    return #what in value ? value.#what.slice(0, value.#what.indexOf(" ")) : undefined;
  }

  /** @internal */
  get [handleOf](): Handle {
    // Does not call assertOpen: V8 inlines this getter into map operations within a budget.
    if (this.#handle === -1) throw new ClosedError(`${this.#what} is closed`);
    return this.#handle;
  }
}

/** The kind of an object of this package, open or closed: `map`, `program`, `link`, …; undefined for anything else. */
export function kindOf(value: unknown): string | undefined {
  return typeof value === "object" && value !== null ? Resource[kind](value) : undefined;
}
