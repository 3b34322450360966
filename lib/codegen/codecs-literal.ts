import { fieldCode, indentRest, stringCode } from "../codec/emit/text.ts";
import { rootPath } from "../codec/emit/value-code.ts";
import type { RecordRule } from "../codec/index.ts";
import type { Layout } from "../codec/layout.ts";
import { carriesRecords, mapKindOrRaw } from "../spec/index.ts";
import { indent } from "./doc.ts";
import { exactness } from "./exactness.ts";
import type { LoaderModel } from "./model.ts";
import type { Pen } from "./record-code.ts";
import { codecName } from "./type-names.ts";

/** The object literal with the codecs of maps, variables and records. */
export function codecsLiteral(model: LoaderModel, pen: Pen): string {
  const property = (name: string, layout: Layout | undefined): string[] => {
    if (layout === undefined || !model.isGenerated(layout)) return [];
    return [`${fieldCode(name)}: ${codecExpression(model, layout, pen)}`];
  };
  const kindsOf = (map: string): string[] => {
    const kinds = model.records.kindsOf.get(map);
    if (kinds === undefined) return [];
    const types = Array.from(kinds.types).flatMap(([kind, id]) => property(kind, model.layout(id)));
    return [`records: {\n${indent(`types: { ${types.join(", ")} },\nrule: ${ruleCode(kinds.rule)},\n`)}}`];
  };
  const maps = model.maps.flatMap(([name, map]) => {
    const { takes } = mapKindOrRaw(map.type);
    const value = carriesRecords(map.type)
      ? model.layout(model.records.ofMap.get(name))
      : model.valueLayout(map);
    const isValued = (takes.includes("value") || takes.includes("record")) && !model.isSection(map);
    const pair = [
      ...(takes.includes("key") ? property("key", model.keyLayout(map)) : []),
      ...(isValued ? property("value", value) : []),
      ...kindsOf(name),
    ];
    if (pair.length === 0) return [];
    const isShort = pair.every((line) => !line.includes("\n"));
    const body = isShort ? ` ${pair.join(", ")} ` : `\n${indent(pair.map((line) => `${line},\n`).join(""))}`;
    return [`${fieldCode(name)}: {${body}},\n`];
  });
  const variables = model.variables.flatMap(([name, variable]) =>
    property(name, model.variableLayout(variable)).map((line) => `${line},\n`),
  );
  const types = [...model.sentTypes].flatMap((id) => {
    const name = model.spec.typeName(id);
    return name === undefined ? [] : property(name, model.layout(id)).map((line) => `${line},\n`);
  });
  const group = (name: string, members: string[]): string =>
    members.length === 0 ? "" : `${name}: {\n${indent(members.join(""))}},\n`;
  const groups = group("maps", maps) + group("variables", variables) + group("types", types);
  return groups === "" ? "{}" : `{\n${indent(groups)}}`;
}

function ruleCode(rule: RecordRule): string {
  const numbers = rule.by === "value" ? rule.values : rule.sizes;
  const all = Object.entries(numbers).map(([kind, ones]) => `${fieldCode(kind)}: [${ones.join(", ")}]`);
  const byKind = `{ ${all.join(", ")} }`;
  return rule.by === "value"
    ? `{ by: "value", offset: ${rule.offset}, size: ${rule.size}, values: ${byKind} }`
    : `{ by: "size", sizes: ${byKind} }`;
}

function codecExpression(model: LoaderModel, layout: Layout, pen: Pen): string {
  const { littleEndian } = model.spec;
  const scalars = (): string => pen.value(littleEndian ? "le" : "be");
  switch (layout.kind) {
    case "int":
      if (layout.order !== undefined)
        return `${scalars()}.${layout.order === "big" ? "be" : "le"}${layout.size * 8}`;
      return `${scalars()}.${layout.signed ? "i" : "u"}${layout.size * 8}`;
    case "enum":
      return `${scalars()}.${layout.signed ? "i" : "u"}${layout.size * 8}`;
    case "meant":
      return layout.order === undefined
        ? `${scalars()}.${layout.meaning}`
        : codecLiteral(layout, littleEndian, pen);
    case "float":
      return `${scalars()}.f${layout.size * 8}`;
    case "record":
      return codecName(model.types.typeName(layout));
    case "bool":
      return layout.size === 1 ? `${scalars()}.bool` : codecLiteral(layout, littleEndian, pen);
    default:
      return codecLiteral(layout, littleEndian, pen);
  }
}

function codecLiteral(layout: Layout, littleEndian: boolean, pen: Pen): string {
  const { emitter } = pen;
  const read = emitter.read(layout, { view: "view", offset: "offset", end: "end" });
  const spot = { path: stringCode(rootPath(layout)), step: undefined };
  const write = emitter.write(layout, { view: "view", offset: "offset" }, "value", spot);
  const params = /\bend\b/.test(read) ? "view, offset, end" : "view, offset";
  return (
    `${pen.value("generatedCodec")}({\n  size: ${layout.size},\n  name: ${stringCode(layout.name)},\n  read: (${params}) => ${indentRest(read)},\n` +
    `  write: (view, offset, value) => ${write.replace(/;$/, "")},\n${exactness(layout, littleEndian)}})`
  );
}
