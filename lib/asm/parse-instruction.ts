import type { Fields } from "./fields.ts";
import { Instruction } from "./instruction.ts";
import { arithmeticForms } from "./parse/arithmetic.ts";
import type { Form, Parsed } from "./parse/form.ts";
import { jumpForms } from "./parse/jumps.ts";
import { memoryForms } from "./parse/memory.ts";
import { referenceForms } from "./parse/references.ts";
import type { Notation } from "./print-instruction.ts";

const forms: readonly Form[] = [
  ...jumpForms,
  ...memoryForms,
  ...referenceForms,
  ...arithmeticForms,
  [
    /^BUG_([0-9a-f]{2})$/,
    ([opcode]) =>
      opcode === "18" ? undefined : new Instruction(Number.parseInt(opcode as string, 16), 0, 0, 0, 0),
  ],
];

/** One line without its prefix and comment. */
export function parseInstruction(line: string, notation: Notation): Parsed {
  const [text, extra] = splitTail(line);
  const fields = extra === undefined ? {} : parseTail(extra);
  if (typeof fields === "string") return fields;
  for (const [pattern, make] of forms) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const made = make(match.slice(1), notation);
    if (made === undefined) continue;
    if (typeof made === "string" || extra === undefined) return made;
    return made.with(fields);
  }
  return undefined;
}

function splitTail(line: string): [text: string, tail: string | undefined] {
  if (!line.endsWith("}")) return [line, undefined];
  const start = line.indexOf(" {");
  return start === -1 ? [line, undefined] : [line.slice(0, start), line.slice(start + 2, -1)];
}

const limits: Readonly<Record<string, readonly [number, number]>> = {
  dst: [0, 15],
  src: [0, 15],
  offset: [-0x8000, 0x7fff],
  imm: [-0x8000_0000, 0x7fff_ffff],
  high: [-0x8000_0000, 0x7fff_ffff],
};

function parseTail(tail: string): Partial<Fields> | string {
  const fields: Record<string, number> = {};
  for (const part of tail.split(", ")) {
    const match = /^(dst|src|offset|imm|high)=(-?\d{1,10})$/.exec(part);
    if (match === null) return `invalid field: ${part}`;
    const [, name, value] = match as unknown as [string, string, string];
    const [least, most] = limits[name] as readonly [number, number];
    if (Number(value) < least || Number(value) > most) return `${name} is out of range: ${value}`;
    fields[name] = Number(value);
  }
  return fields;
}
