import {
  type Field,
  type ForeignLayout,
  isLittle,
  type Layout,
  type MeantLayout,
  type RecordLayout,
} from "../layout.ts";
import { ArrayCode } from "./arrays.ts";
import { Draft, type EmitOptions, type EmittedFunction } from "./draft.ts";
import { meantParts } from "./meant-parts.ts";
import { readNumber, writeNumber } from "./numbers.ts";
import { RecordCode } from "./records.ts";
import { pathCode, type Spot, type TargetPlace, type ValueCode } from "./value-code.ts";

/**
 * Writes JavaScript or TypeScript that reads and stores values of a layout: functions for records and arrays, and calls
 * of DataView methods for other types.
 */
export class Emitter implements ValueCode {
  readonly #draft: Draft;
  readonly #arrays: ArrayCode;
  readonly #records: RecordCode;

  constructor(options: EmitOptions) {
    this.#draft = new Draft(options);
    this.#arrays = new ArrayCode(this.#draft, this);
    this.#records = new RecordCode(this.#draft, this);
  }

  /** The functions so far, each before the functions that it calls. */
  get functions(): EmittedFunction[] {
    return this.#draft.functions;
  }

  /** The names from `parts/` that the code uses. */
  get parts(): ReadonlySet<string> {
    return this.#draft.parts;
  }

  /** Codecs that the code uses under the names `foreign0`, `foreign1`, … */
  get foreign(): readonly ForeignLayout["codec"][] {
    return this.#draft.foreign;
  }

  read(layout: Layout, place: TargetPlace): string {
    const { view, offset } = place;
    const draft = this.#draft;
    switch (layout.kind) {
      case "int":
      case "enum":
      case "bool":
      case "float":
        return readNumber(draft, layout, place);
      case "chars":
        return `${draft.part("readString")}(${view}, ${offset}, ${this.#arrays.length(layout, 1, place)})`;
      case "bytes":
        return `${draft.part("readBytes")}(${view}, ${offset}, ${this.#arrays.length(layout, 1, place)})`;
      case "meant":
        return `${draft.part(meantParts[layout.meaning].read)}(${view}, ${offset}${this.#orderOf(layout)})`;
      case "array":
        return this.#arrays.read(layout, place);
      case "record": {
        const end = layout.tail && place.end !== undefined ? `, ${place.end}` : "";
        return `${this.reader(layout)}(${view}, ${offset}${end})`;
      }
      case "foreign":
        return `${draft.foreignName(layout)}.read(${view}, ${offset})`;
    }
  }

  write(layout: Layout, place: TargetPlace, value: string, spot: Spot): string {
    const { view, offset } = place;
    const draft = this.#draft;
    const where = spot.step === undefined ? spot.path : `${spot.path}, ${spot.step}`;
    switch (layout.kind) {
      case "int":
      case "enum":
      case "bool":
      case "float":
        return writeNumber(draft, layout, place, value, where);
      case "chars":
      case "bytes": {
        if (layout.tail) return this.#arrays.writeTail(layout, place, value, spot);
        const store = draft.part(layout.kind === "chars" ? "writeString" : "writeBytes");
        return `${store}(${view}, ${offset}, ${layout.size}, ${value}, ${where});`;
      }
      case "meant":
        return `${draft.part(meantParts[layout.meaning].write)}(${view}, ${offset}${this.#orderOf(layout)}, ${value}, ${where});`;
      case "array":
        if (layout.tail) return this.#arrays.writeTail(layout, place, value, spot);
        return this.#arrays.write(layout, place, value, spot);
      case "record":
        return `${this.writer(layout)}(${view}, ${offset}, ${value}, ${pathCode(draft, spot)});`;
      case "foreign":
        return `${draft.foreignName(layout)}.write(${view}, ${offset}, ${value});`;
    }
  }

  #orderOf({ meaning, order }: MeantLayout): string {
    return meaning === "ktime" ? `, ${isLittle(order, this.#draft.options.littleEndian)}` : "";
  }

  /** Returns the name of the function that reads the record. The first call creates the function. */
  reader(record: RecordLayout): string {
    return this.#records.reader(record);
  }

  /** Returns the name of the function that stores the record. The first call creates the function. */
  writer(record: RecordLayout): string {
    return this.#records.writer(record);
  }

  /** An expression for a field of a record whose bytes are at a place. */
  readField(field: Field, place: TargetPlace): string {
    return this.#records.readField(field, place);
  }
}
