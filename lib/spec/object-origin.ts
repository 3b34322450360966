import type { FieldMeanings } from "../codec/index.ts";
import type { LoadPlan } from "./load-plan.ts";
import { isReadable, type ObjectDescription } from "./object-description.ts";
import type { ObjectOptions } from "./object-options.ts";
import type { ObjectDefinition } from "./read/read-object.ts";
import { SharedObject } from "./read/shared-object.ts";

/**
 * The object behind a spec and its copies. An object with a description is parsed only when more than the description
 * is needed.
 */
export class ObjectOrigin {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly codecs: ObjectOptions["codecs"];
  readonly fields: FieldMeanings | undefined;
  readonly description: ObjectDescription | undefined;
  readonly #linkedFrom: ObjectOptions["linkedFrom"];
  #read: SharedObject | undefined;
  #definition: ObjectDefinition | undefined;

  constructor(bytes: Uint8Array, name: string, { codecs, linkedFrom, fields, description }: ObjectOptions) {
    this.name = name;
    this.codecs = codecs;
    // The record has no prototype, so that a variable can be called "constructor".
    this.fields = fields && Object.freeze(Object.assign(Object.create(null), fields) as FieldMeanings);
    this.#linkedFrom = linkedFrom;
    this.description = isReadable(description) ? description : undefined;
    if (this.description === undefined) this.#read = SharedObject.of(bytes, name);
    this.bytes = this.#read?.definition.bytes ?? bytes;
  }

  get #shared(): SharedObject {
    this.#read ??= SharedObject.of(this.bytes, this.name);
    return this.#read;
  }

  /** The contents of the object. */
  get definition(): ObjectDefinition {
    this.#definition ??= this.#define();
    return this.#definition;
  }

  #define(): ObjectDefinition {
    const { definition } = this.#shared;
    const { codecs, fields } = this;
    const linkedFrom = this.#linkedFrom;
    if (codecs === undefined && fields === undefined && linkedFrom === undefined) return definition;
    return { ...definition, codecs, fields, linkedFrom };
  }

  get littleEndian(): boolean {
    return (this.description ?? this.definition).littleEndian;
  }

  /** The plan for loading the object without edits; undefined if loading needs more than a plan. */
  get plan(): LoadPlan | undefined {
    return this.description ?? this.#shared.plan;
  }
}
