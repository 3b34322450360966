import { closeSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, expect, test } from "vitest";
import { type Native, native } from "../../lib/native/addon.ts";

const root = join(import.meta.dirname, "../..");

/** The functions that lib/native/*.ts declares, and how many arguments each takes. */
function declared(): Map<string, number> {
  const functions = new Map<string, number>([["libbpfVersion", 0]]);
  for (const file of readdirSync(join(root, "lib/native"))) {
    const text = readFileSync(join(root, "lib/native", file), "utf8");
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
    source.forEachChild((node) => {
      if (!ts.isInterfaceDeclaration(node)) return;
      for (const member of node.members)
        if (ts.isMethodSignature(member))
          functions.set((member.name as ts.Identifier).text, member.parameters.length);
    });
  }
  return functions;
}

test("lib/native declares what the addon exports", () => {
  // The build with checks has one more, for its own test.
  const exported = Object.keys(Object.getPrototypeOf(native())).filter((name) => name !== "breakRule");
  expect([...declared().keys()].sort()).toEqual(exported.sort());
});

test("only native/arguments reads JavaScript values", () => {
  const unchecked =
    /\.As<Napi::(?!Object>\(\))|Utf8Value|U?[Ii]nt(32|64)Value|DoubleValue|napi_get_value_|napi_get_typedarray/;
  const found: string[] = [];
  for (const file of readdirSync(join(root, "native")).filter((name) => /\.(cc|h)$/.test(name))) {
    if (file.startsWith("arguments.") || file.startsWith("js_memory.")) continue;
    readFileSync(join(root, "native", file), "utf8")
      .split("\n")
      .forEach((line, index) => {
        if (unchecked.test(line)) found.push(`${file}:${index + 1}: ${line.trim()}`);
      });
  }
  expect(found).toEqual([]);
});

const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });

const values: unknown[] = [
  undefined,
  null,
  true,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  0.5,
  2 ** 31,
  2 ** 32 + 1,
  2 ** 53,
  1n << 64n,
  -1n,
  "",
  "a\0b",
  "\ud800",
  [],
  [1, "a", {}],
  {},
  { type: Number.NaN, attachType: -1, symbols: [1], addresses: new Uint8Array(7), path: "\0", bytes: [1] },
  {
    type: 1,
    maxEntries: 2 ** 32,
    keySize: -1,
    valueSize: 1.5,
    mapExtra: 1n << 64n,
    maps: [{}],
    programs: [1],
  },
  new Uint8Array(3),
  detached,
  new BigUint64Array(2),
  new Float64Array(2),
  new DataView(new ArrayBuffer(8)),
  () => {},
  Symbol("s"),
];

// Functions with side effects.
const excluded = new Set(["pollerStart", "pollerStop", "pollerHold"]);
const opened: [keyof Native, number][] = [];
afterAll(() => {
  for (const [close, handle] of opened) (native()[close] as (handle: number) => void)(handle);
});

test("every function refuses invalid arguments with an errno", async () => {
  const untyped: string[] = [];
  const check = (name: string, error: unknown): void => {
    if (typeof (error as { errno?: unknown }).errno !== "number") untyped.push(`${name}: ${error}`);
  };
  for (const [name, arity] of declared()) {
    if (excluded.has(name) || arity === 0) continue;
    const call = native()[name as keyof Native] as (...values: unknown[]) => unknown;
    for (const value of values) {
      for (let count = 0; count <= arity; count++) {
        try {
          const answer = call(...new Array(count).fill(value));
          if (answer instanceof Promise) await answer.catch((error) => check(name, error));
          else if (name === "processFd" && (answer as number) >= 0) closeSync(answer as number);
          else if (name === "mapCreate") opened.push(["mapClose", answer as number]);
        } catch (error) {
          check(name, error);
        }
      }
    }
  }
  expect(untyped).toEqual([]);
});

test("no number is truncated and no text ends at a NUL", () => {
  const addon = native();
  const refused = (call: () => unknown): void => expect(call).toThrow(/expected/);
  refused(() => addon.mapFromFd(2 ** 32));
  refused(() => addon.mapFromFd(0.5));
  refused(() => addon.mapFromId(2 ** 32 + 1, 0));
  refused(() => addon.mapNextId(-1));
  refused(() => addon.programFromFd(Number.NaN));
  refused(() => addon.interfaceIndex("lo\0x"));
  refused(() => addon.mapFromPin("/sys/fs/bpf\0x", 0));
  refused(() => addon.processFd(2 ** 32 + process.pid));
  refused(() => addon.mapCreate({ type: 2, name: "a\0b", keySize: 4, valueSize: 4, maxEntries: 1 }));
  refused(() => addon.objectInspect(detached));
  refused(() => addon.objectInspect(new BigUint64Array(1) as unknown as Uint8Array));
  refused(() => addon.probeLoad({ type: 1, flags: 2 ** 32 }));
  refused(() => addon.probeLoad({ type: 1, instructions: detached }));
  // Beyond what the enums of C can hold, where C++ defines nothing.
  refused(() => addon.probeProgramType(64));
  refused(() => addon.probeMapType(2 ** 32 - 1));
  refused(() => addon.probeLink({ type: 1, attachType: 64 }));
});
