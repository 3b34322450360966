import { type ByteOrder, type ForeignLayout, isLittle, type Layout, type RecordLayout } from "../layout.ts";

export interface EmitOptions {
  littleEndian: boolean;
  /** Whether to write TypeScript; otherwise the same code without types. */
  typed: boolean;
  /**
   * Returns the name of the record's type, on which the names of its functions are based. Each call returns the same
   * name.
   */
  nameOf(record: RecordLayout): string;
  /** The type of a value, used when `typed`. */
  typeOf(layout: Layout): string;
  /** The type of storable records, used when `typed`. */
  storableOf(record: RecordLayout): string;
}

export interface EmittedFunction {
  text: string;
  /** The record that the function reads or stores; undefined for a function for arrays. */
  owner: RecordLayout | undefined;
}

/** The code so far and its imports. */
export class Draft {
  readonly options: EmitOptions;
  /** The names from `parts/` that the code uses. */
  readonly parts = new Set<string>();
  /** Codecs that the code uses under the names `foreign0`, `foreign1`, … */
  readonly foreign: ForeignLayout["codec"][] = [];
  readonly #functions = new Map<string, EmittedFunction>();

  constructor(options: EmitOptions) {
    this.options = options;
  }

  /** The functions so far, each before the functions that it calls. */
  get functions(): EmittedFunction[] {
    return [...this.#functions.values()];
  }

  has(name: string): boolean {
    return this.#functions.has(name);
  }

  /** Adds a function, unless one with the name exists. */
  define(name: string, owner: RecordLayout | undefined, make: () => string): void {
    if (this.has(name)) return;
    // Reserve the place and the name before `make` adds the functions that this one calls.
    const made = { text: "", owner };
    this.#functions.set(name, made);
    made.text = make();
  }

  /** Records that the code uses a function or type of `parts/`, and returns its name. */
  part(name: string): string {
    this.parts.add(name);
    return name;
  }

  foreignName({ codec }: ForeignLayout): string {
    if (!this.foreign.includes(codec)) this.foreign.push(codec);
    return `foreign${this.foreign.indexOf(codec)}`;
  }

  /** Code that only TypeScript has. */
  type(text: string): string {
    return this.options.typed ? text : "";
  }

  /** The first parameters of every function. */
  get params(): string {
    return this.options.typed ? "view: DataView, offset: number" : "view, offset";
  }

  /** The arguments for a method of DataView. */
  args(offset: string, size: number, value?: string, order?: ByteOrder): string {
    const args = value === undefined ? [offset] : [offset, value];
    if (size > 1) args.push(String(isLittle(order, this.options.littleEndian)));
    return args.join(", ");
  }
}
