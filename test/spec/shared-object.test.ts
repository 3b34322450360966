import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { testObject } from "../support/objects.ts";

const file = testObject("spec/globals");

/** Changes the first letter of a program to Z. */
function renameProgram(object: Uint8Array, name: string): void {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  for (let at = bytes.indexOf(`\0${name}\0`); at !== -1; at = bytes.indexOf(`\0${name}\0`, at + 1))
    bytes[at + 1] = 0x5a;
}

test("specs of equal bytes and name share their types, however the bytes were given", () => {
  const first = ObjectSpec.fromFile(file);
  const second = ObjectSpec.fromBytes(readFileSync(file), { name: first.name });
  expect(second.btf).toBe(first.btf);
  expect(ObjectSpec.fromFile(file, { name: "other" }).btf).not.toBe(first.btf);
});

test("edits of a spec do not reach another spec of the same bytes", () => {
  const first = ObjectSpec.fromFile(file);
  const second = ObjectSpec.fromFile(file);
  const [name, variable] =
    Object.entries(first.variables).find(([, { section }]) => section === ".data") ?? [];
  const before = second.variables[name as string]?.bytes.slice();
  variable?.bytes.fill(0x55);
  expect(first.variables[name as string]?.bytes).not.toEqual(before);
  expect(second.variables[name as string]?.bytes).toEqual(before);
});

test("bytes that the caller changes after reading do not change the spec, and are read again", () => {
  const bytes = readFileSync(file);
  const first = ObjectSpec.fromBytes(bytes);
  const [name] = Object.keys(first.programs);
  const names = Object.keys(first.programs);
  renameProgram(bytes, name as string);
  const second = ObjectSpec.fromBytes(bytes);
  expect(Object.keys(ObjectSpec.fromBytes(first.bytes).programs)).toEqual(names);
  expect(Object.keys(second.programs)).toContain(`Z${name?.slice(1)}`);
});

test("an object whose bytes were changed in place is read again", () => {
  const first = ObjectSpec.fromFile(file);
  const [name] = Object.keys(first.programs);
  // Nobody may do this, but it must not give the names of before.
  renameProgram(first.bytes, name as string);
  expect(Object.keys(ObjectSpec.fromBytes(first.bytes, { name: first.name }).programs)).toContain(
    `Z${name?.slice(1)}`,
  );
});

test("the file that toBytes returns can be changed without changing the spec", () => {
  const spec = ObjectSpec.fromFile(file);
  const before = Buffer.from(spec.bytes);
  spec.toBytes().fill(0);
  expect(before.equals(spec.bytes)).toBe(true);
});
