import { type ByteOrder, type ForeignLayout, isLittle, type Layout, type RecordLayout } from "../layout.ts";

export interface EmitOptions {
  littleEndian: boolean;
  /** Write TypeScript; else the same without the types. */
  typed: boolean;
  /** The name of the record's type, from which its functions are named; the same for the same record each time. */
  nameOf(record: RecordLayout): string;
  /** The type of a value, used when `typed`. */
  typeOf(layout: Layout): string;
  /** The type of storable records, used when `typed`. */
  storableOf(record: RecordLayout): string;
}

export interface EmittedFunction {
  text: string;
  /** The record that it reads or stores; undefined for an array's. */
  owner: RecordLayout | undefined;
}

/** The code so far and its imports. */
export class Draft {
  readonly options: EmitOptions;
  /** Names out of `parts/` that the code uses. */
  readonly parts = new Set<string>();
  /** Codecs that the code uses under the names `foreign0`, `foreign1`, … */
  readonly foreign: ForeignLayout["codec"][] = [];
  readonly #functions = new Map<string, EmittedFunction>();

  constructor(options: EmitOptions) {
    this.options = options;
  }

  /** The functions made so far, each before those that it calls. */
  get functions(): EmittedFunction[] {
    return [...this.#functions.values()];
  }

  has(name: string): boolean {
    return this.#functions.has(name);
  }

  /** Adds a function, unless there is one of that name. */
  define(name: string, owner: RecordLayout | undefined, make: () => string): void {
    if (this.has(name)) return;
    // Takes its place in the order before what it calls is made, and keeps a name from being made twice.
    const made = { text: "", owner };
    this.#functions.set(name, made);
    made.text = make();
  }

  /** Notes that the code uses a function or type of `parts/`, and returns its name. */
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

  /** The parameters that every function begins with. */
  get params(): string {
    return this.options.typed ? "view: DataView, offset: number" : "view, offset";
  }

  /** The arguments of a DataView's method. */
  args(offset: string, size: number, value?: string, order?: ByteOrder): string {
    const args = value === undefined ? [offset] : [offset, value];
    if (size > 1) args.push(String(isLittle(order, this.options.littleEndian)));
    return args.join(", ");
  }
}
