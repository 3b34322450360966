import { fieldCode, stringCode } from "../codec/emit/text.ts";
import type { MapSpec, ProgramSpec, VariableSpec } from "../spec/index.ts";
import { code, docComment, indent, titled } from "./doc.ts";
import { paddingHint } from "./key-padding.ts";
import type { LoaderModel } from "./model.ts";

/** The interface with the maps, programs and variables of the object. */
export function shapeDeclaration(model: LoaderModel, importType: (name: string) => string): string {
  const maps = model.maps.map(
    ([name, map]) =>
      `${docComment(titled(mapDoc(map), [...paddingHint(model.layout(map.key), model.spec.littleEndian), ...sentDoc(model, name), ...model.tagsOf(map.declaration)]))}${fieldCode(name)}: ${model.mapType(name, map, importType)};\n`,
  );
  const programs = Object.entries(model.spec.programs).map(([name, program]) =>
    programProperty(model, name, program, importType),
  );
  const variables = model.variables.map(([name, variable]) =>
    variableProperty(model, name, variable, importType),
  );
  const group = (name: string, members: string[]): string =>
    members.length === 0 ? `${name}: {};\n` : `${name}: {\n${indent(members.join(""))}};\n`;
  const groups = group("maps", maps) + group("programs", programs) + group("variables", variables);
  const doc = docComment([`The maps, programs and variables of ${model.options.source}.`]);
  return `${doc}export interface ${model.own.shape} {\n${indent(groups)}}\n`;
}

/** The records that were found and the places that send them. */
function sentDoc({ spec }: LoaderModel, map: string): string[] {
  return (spec.records[map]?.types ?? []).map(({ name, lines }) =>
    lines.length === 0 ? `sends ${code(name)}` : `sends ${code(name)} at ${lines.join(", ")}`,
  );
}

function mapDoc({ type, maxEntries, dataSection, valueSize }: MapSpec): string {
  if (dataSection !== undefined && type !== "arena") return `variables, ${valueSize} bytes`;
  if (maxEntries === 0) return `${type}, sized when it is loaded`;
  const [one, many] = type.endsWith("ringbuf") ? ["byte", "bytes"] : ["entry", "entries"];
  return `${type}, ${maxEntries} ${maxEntries === 1 ? one : many}`;
}

function programProperty(
  model: LoaderModel,
  name: string,
  program: ProgramSpec,
  importType: (name: string) => string,
): string {
  const context = model.contextLayout(program);
  const args = [
    stringCode(program.type),
    stringCode(program.section),
    ...(context === undefined ? [] : [model.types.typeOf(context)]),
  ];
  // The user sets the type of a program in an unknown section, before loading it.
  const isKnown = program.type !== "unspec";
  const type = `${importType("Program")}${isKnown ? `<${args.join(", ")}>` : ""}`;
  const doc = titled(code(`SEC("${program.section}")`), model.tagsOf(program.func));
  return `${docComment(doc)}${fieldCode(name)}: ${type};\n`;
}

function variableProperty(
  model: LoaderModel,
  name: string,
  variable: VariableSpec,
  importType: (name: string) => string,
): string {
  const type = `${importType(variable.constant ? "ReadonlyVariable" : "Variable")}<${model.valueType(model.variableLayout(variable), variable.size)}>`;
  const cType = model.layout(variable.type)?.name ?? `${variable.size} bytes`;
  const doc = titled(`${code(cType)} in ${code(variable.section)}`, model.tagsOf(variable.declaration));
  return `${docComment(doc)}${fieldCode(name)}: ${type};\n`;
}
