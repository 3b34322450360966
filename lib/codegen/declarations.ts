import type { Btf } from "../btf/index.ts";
import { fieldCode, stringCode } from "../codec/emit/text.ts";
import {
  type EnumLayout,
  type Field,
  fieldsOf,
  type Layout,
  type Member,
  type RecordLayout,
} from "../codec/layout.ts";
import { isMeaningTag } from "../codec/meaning.ts";
import { code, docComment, indent, titled } from "./doc.ts";
import type { Form, LoaderModel } from "./model.ts";
import type { TypeNames } from "./type-names.ts";

/** The interface of a record. */
export function recordDeclaration(record: RecordLayout, names: TypeNames, btf: Btf): string {
  const name = names.typeName(record);
  const title = record.tag === "" ? `An anonymous ${record.of}.` : code(record.name);
  const doc = titled(title, record.id === undefined ? [] : btf.declTags(record.id));
  const fields = [...fieldsOf(record.members)].map((field) => fieldDeclaration(field, names, btf));
  const omitted = omittableFields(record.members);
  if (omitted.length > 0) {
    const note = docComment(["The optional fields when storing. No value has this property."]);
    fields.push(`${note}readonly [omittable]?: ${omitted.map(stringCode).join(" | ")};\n`);
  }
  return `${docComment(doc)}export interface ${name} {\n${indent(fields.join(""))}}\n`;
}

function fieldDeclaration(field: Field, names: TypeNames, btf: Btf): string {
  const { layout, bits, declared } = field;
  const type = bits === undefined ? layout.name : `${layout.name} : ${bits.width}`;
  const meaning = meaningText(layout);
  const title = meaning === undefined ? code(type) : `${code(type)}, ${meaning}`;
  const tags = declared === undefined ? [] : btf.declTags(declared.id, declared.index);
  const doc = titled(
    title,
    tags.filter((tag) => !isMeaningTag(tag)),
  );
  return `${docComment(doc)}${propertyName(field.name)}: ${names.typeOf(layout)};\n`;
}

const meanings = {
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  mac: "a MAC address",
  ktime: "nanoseconds of the clock of bpf_ktime_get_ns()",
} as const;

/** The meaning of the bytes, if the type in TypeScript does not show it. */
function meaningText(layout: Layout): string | undefined {
  switch (layout.kind) {
    case "array":
      return meaningText(layout.element);
    case "int":
      return layout.order && `${layout.order}-endian`;
    case "meant":
      return meanings[layout.meaning];
    default:
      return undefined;
  }
}

/** In a type, unlike in an object literal, `__proto__` is an ordinary name. */
function propertyName(name: string): string {
  return name === "__proto__" ? stringCode(name) : fieldCode(name);
}

/** Whether the type of the record or of a nested record has optional parts. */
export function hasOmittable(record: RecordLayout): boolean {
  return omittableFields(record.members).length > 0;
}

function omittableFields(members: readonly Member[]): string[] {
  return members.flatMap((member) => {
    if (member.kind === "overlay") {
      // A union with one member has no alternatives.
      return member.alternatives.length > 1
        ? [...fieldsOf([member])].map((field) => field.name)
        : omittableFields(member.alternatives.flat());
    }
    const isTail = "tail" in member.layout && member.layout.tail && member.layout.kind !== "record";
    return member.kept || isTail ? [member.name] : [];
  });
}

/** The largest number of listed values. A longer list slows down the compiler and does not help in the editor. */
const LISTED_VALUES = 100;

/** The constants of an enum, and the type of its values, which accepts any number because C does. */
export function enumDeclaration(layout: EnumLayout, model: LoaderModel, form: Form): string {
  const name = model.types.typeName(layout);
  const isBig = layout.size === 8;
  const title = /^enum$/.test(layout.name) ? "An anonymous enum." : code(layout.name);
  const doc = docComment(titled(title, model.tagsOf(layout.id)));
  const literal = (value: number | bigint): string => `${value}${isBig ? "n" : ""}`;
  const members = layout.values.map(({ name: constant, value }) =>
    form === "dts"
      ? `readonly ${propertyName(constant)}: ${literal(value)};\n`
      : `${fieldCode(constant)}: ${literal(value)},\n`,
  );
  const body = `{\n${indent(members.join(""))}}`;
  if (form === "js") return `${doc}export const ${name} = ${body};\n`;
  const values = [...new Set(layout.values.map(({ value }) => literal(value)))];
  const any = isBig ? "bigint" : "number";
  const type = values.length > LISTED_VALUES ? any : [...values, `(${any} & {})`].join(" | ");
  const constants =
    form === "dts"
      ? `export declare const ${name}: ${body};\n`
      : `export const ${name} = ${body} as const;\n`;
  return `${doc}${constants}export type ${name} = ${type};\n`;
}
