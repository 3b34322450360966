import type { Emitter } from "../codec/emit/emitter.ts";
import { fieldCode, stringCode } from "../codec/emit/text.ts";
import { type Field, fieldsOf, type RecordLayout } from "../codec/layout.ts";
import { docComment, indent, nameInText } from "./doc.ts";
import { exactness } from "./exactness.ts";
import type { Form, LoaderModel } from "./model.ts";
import { codecName } from "./type-names.ts";

/** The imports and settings for generating a part of the loader. */
export interface Pen {
  form: Form;
  emitter: Emitter;
  /** Import from the entry point for generated code. Each function returns the local name. */
  value(name: string): string;
  type(name: string): string;
}

/** The type of values that can be stored as a record. */
export function storable(imported: string, type: string): string {
  return `${imported}<${type}>`;
}

/** The codec of a record and its functions. */
export function recordCodec(record: RecordLayout, model: LoaderModel, pen: Pen): string {
  const type = model.types.typeName(record);
  const doc = docComment([`Reads and stores ${nameInText(record)}.`]);
  const name = codecName(type);
  const annotation =
    pen.form === "js" ? "" : `: ${pen.type("Codec")}<${type}, ${storable(pen.type("Storable"), type)}>`;
  if (pen.form === "dts") return `${doc}export declare const ${name}${annotation};\n`;
  const view = model.isSent(record) ? `  view: ${type}View,\n` : "";
  const codec =
    `${doc}export const ${name}${annotation} = ${pen.value("generatedCodec")}({\n` +
    `  size: ${record.size},\n  name: ${stringCode(record.name)},\n` +
    `  read: ${pen.emitter.reader(record)},\n  write: ${pen.emitter.writer(record)},\n${view}` +
    `${exactness(record, model.spec.littleEndian)}});\n`;
  const own = pen.emitter.functions.filter(({ owner }) => owner === record);
  return [codec, ...own.map(({ text }) => `${text}\n`)].join("\n");
}

/** The view class of a record, which reads the record in place. */
export function recordView(record: RecordLayout, model: LoaderModel, pen: Pen): string {
  const type = model.types.typeName(record);
  const copyFrom = pen.value("copyFrom");
  const fields = [...fieldsOf(record.members)];
  const doc = docComment([
    `A view of ${nameInText(record)} in memory: it reads only the fields that are accessed.`,
  ]);
  const typed = (text: string): string => (pen.form === "js" ? "" : text);
  const implemented = typed(` implements ${pen.form === "js" ? "" : pen.type("PlacedView")}<${type}>`);
  const placeType = pen.form === "js" ? "" : `: ${pen.type("ViewPlace")}`;
  const opening = `constructor(place${placeType})`;
  const copy = `[${copyFrom}]()${typed(`: ${type}`)}`;
  if (pen.form === "dts") {
    const getters = fields.map(
      (field) => `get ${getterName(field)}(): ${model.types.typeOf(field.layout)};\n`,
    );
    const members = indent([`${opening};\n`, `${copy};\n`, ...getters].join(""));
    return `${doc}export declare class ${type}View${implemented} {\n${members}}\n`;
  }
  const place = {
    view: "this.#place.memory",
    offset: "this.#place.offset",
    end: record.tail ? "this.#place.end" : undefined,
  };
  const getters = fields.map((field) => {
    const value = pen.emitter.readField(field, place);
    const result = typed(`: ${model.types.typeOf(field.layout)}`);
    return `get ${getterName(field)}()${result} {\n  return ${indent(value).trimStart()};\n}\n`;
  });
  const members = [
    `#place${placeType};\n`,
    `${opening} {\n  this.#place = place;\n}\n`,
    `${copy} {\n  return ${pen.emitter.read(record, place)};\n}\n`,
    ...getters,
  ];
  return `${doc}export class ${type}View${implemented} {\n${members.map((member) => indent(member)).join("\n")}}\n`;
}

/** A getter named `constructor` must be written as a computed name. */
function getterName({ name }: Field): string {
  return name === "constructor" ? '["constructor"]' : fieldCode(name);
}
