import { stringCode } from "../codec/emit/text.ts";
import { describeForLoading, ObjectSpec, type PlannedProgram } from "../spec/index.ts";

/** The description of the object in a loader, as code. Undefined if loading must read the object. */
export function descriptionLiteral(bytes: Uint8Array, name: string): string | undefined {
  // The checksum of the bytes in the loader, which can be stripped.
  const description = describeForLoading(ObjectSpec.fromBytes<ObjectSpec>(bytes, { name }));
  if (description === undefined) return undefined;
  const { version, checksum, littleEndian, maps, structOps, programs } = description;
  return [
    "{",
    `  version: ${version},`,
    `  checksum: ${checksum},`,
    `  littleEndian: ${littleEndian},`,
    `  maps: ${list(maps.map((map) => (typeof map === "string" ? stringCode(map) : fields(map))))},`,
    `  structOps: ${list(structOps.map(stringCode))},`,
    `  programs: ${list(programs.map(programCode))},`,
    "}",
  ].join("\n");
}

function programCode({ name, section, type, attachType, attachTo }: PlannedProgram): string {
  return fields({ name, section, type, attachType, attachTo });
}

function fields(values: object): string {
  const code = Object.entries(values).flatMap(([field, value]: [string, string | number | undefined]) =>
    value === undefined ? [] : `${field}: ${typeof value === "string" ? stringCode(value) : value}`,
  );
  return `{ ${code.join(", ")} }`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "[]" : `[\n${items.map((item) => `    ${item},\n`).join("")}  ]`;
}
