// Names in an object are foreign text. In a loader they are data.
import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { describeObject } from "../../lib/codegen/describe-object.ts";
import { generate } from "../../lib/codegen/generate.ts";
import { strip } from "../../lib/codegen/strip.ts";
import { EbpfError } from "../../lib/errors/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { builtObjects } from "../support/objects.ts";
import { Random } from "../support/random.ts";

const pieces = [
  ...[
    '"',
    "'",
    "`",
    "\\",
    "*/",
    "/*",
    "//",
    "\n",
    "\r",
    "\u2028",
    "\u2029",
    "$" + "{",
    "}",
    ";",
    ")",
    "(",
    "\t",
  ],
  ...["run()", "<!--", "-->", "__proto__", "constructor", "</script>", "import", ".", "#", "\u202e", " "],
];

/** A name of that many bytes: the object stays the same but for it. */
function hostile(bytes: number, random: Random): Buffer {
  let name = "";
  for (let i = 0; i < 12; i++) {
    const next = name + random.pick(pieces);
    if (Buffer.byteLength(next) <= bytes) name = next;
  }
  return Buffer.from(name.padEnd(bytes - Buffer.byteLength(name) + name.length, "x"));
}

const objects = builtObjects()
  .filter((file) => /codegen\/(names|records|types|fields)|upgrade_stats_1|events\/ring/.test(file))
  .map((file) => readFileSync(file));

function withHostileNames(object: Uint8Array, random: Random): Uint8Array {
  const spec = ObjectSpec.fromBytes<ObjectSpec>(object);
  const types = Array.from({ length: (spec.btf?.typeCount ?? 1) - 1 }, (_, id) => spec.btf?.type(id + 1));
  const members = types.flatMap((type) => (type !== undefined && "members" in type ? type.members : []));
  const names = [...types, ...members, ...Object.keys(spec.maps).map((name) => ({ name }))]
    .map((named) => (named !== undefined && "name" in named ? named.name : ""))
    .filter((name) => name.length > 4 && !/^(unsigned|int|long|char|__u)/.test(name));
  const changed = Buffer.from(object);
  for (const name of new Set(names)) {
    if (random.below(3) > 0) continue;
    const replacement = hostile(name.length, random);
    for (let at = changed.indexOf(`\0${name}\0`); at >= 0; at = changed.indexOf(`\0${name}\0`, at + 1))
      replacement.copy(changed, at + 1);
  }
  return changed;
}

/** Where `run` is called or named outside of a string and a comment. */
function codeOf(text: string, js: boolean): string[] {
  const file = ts.createSourceFile(js ? "a.js" : "a.ts", text, ts.ScriptTarget.ES2022, true);
  const found = (file as unknown as { parseDiagnostics: ts.Diagnostic[] }).parseDiagnostics.map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"),
  );
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === "run") found.push(node.getText());
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

test("no name of an object becomes code of its loader", () => {
  let made = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const random = new Random(seed);
    const object = withHostileNames(random.pick(objects), random);
    const js = seed % 2 === 0;
    let text: string;
    try {
      const spec = ObjectSpec.fromBytes<ObjectSpec>(strip(object), { name: "hostile" });
      JSON.stringify(describeObject(spec));
      const common = { stem: "hostile.bpf", prefix: "Hostile", source: "hostile.bpf.o", types: [] };
      text = String(generate(spec, { ...common, globalTypes: true, object: "file", js }).files[0]?.contents);
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(EbpfError);
      continue;
    }
    made++;
    expect(codeOf(text, js), `seed ${seed}`).toEqual([]);
  }
  expect(made).toBeGreaterThan(40);
});
