import type { FieldMeanings } from "../codec/index.ts";
import { type LoadPlan, loadPlan } from "./load-plan.ts";
import { isReadable, type ObjectDescription } from "./object-description.ts";
import type { ObjectOptions } from "./object-options.ts";
import { type ObjectDefinition, readObject } from "./read/read-object.ts";

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
  #definition: ObjectDefinition | undefined;
  #plan: { readonly plan: LoadPlan | undefined } | undefined;

  constructor(bytes: Uint8Array, name: string, { codecs, linkedFrom, fields, description }: ObjectOptions) {
    this.name = name;
    this.bytes = bytes;
    this.codecs = codecs;
    // The record has no prototype, so that a variable can be called "constructor".
    this.fields = fields && Object.freeze(Object.assign(Object.create(null), fields) as FieldMeanings);
    this.#linkedFrom = linkedFrom;
    this.description = isReadable(description) ? description : undefined;
    if (this.description === undefined) void this.definition;
  }

  /** The contents of the object. */
  get definition(): ObjectDefinition {
    this.#definition ??= {
      ...readObject(this.bytes, this.name),
      codecs: this.codecs,
      fields: this.fields,
      linkedFrom: this.#linkedFrom,
    };
    return this.#definition;
  }

  get littleEndian(): boolean {
    return (this.description ?? this.definition).littleEndian;
  }

  /** The plan for loading the object without edits; undefined if loading needs more than a plan. */
  get plan(): LoadPlan | undefined {
    if (this.description !== undefined) return this.description;
    this.#plan ??= { plan: loadPlan(this.definition) };
    return this.#plan.plan;
  }
}
