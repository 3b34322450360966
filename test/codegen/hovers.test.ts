import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { exampleObject, testObject } from "../support/objects.ts";
import { loaderOf, textOf } from "./support/loaders.ts";
import { options } from "./support/type-check.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, ".build/hovers");

// The editor shows what is under each mark.
const program = `import { RingBuf, untilInterrupted } from "ebpf";
import { loadCounter } from "./counter.bpf.ts";
import { loadRecords } from "./records.bpf.ts";
import { loadFields } from "./fields.bpf.ts";
using ^counter = await ^loadCounter();
using records = await loadRecords();
using fields = await loadFields();
const ^link = counter.programs.^trace_execve.^attach();
const ^count = counter.maps.^counter_map.^get(0);
for await (const ^event of new RingBuf(records.maps.events).values({ signal: untilInterrupted() })) console.log(event.^comm);
const value = fields.maps.connections.lookup("10.0.0.1");
console.log(link, count, value.^saddr, value.^at);
`;

function hovers(): Record<string, string> {
  const marks: { name: string; at: number }[] = [];
  let text = "";
  for (const [i, piece] of program.split("^").entries()) {
    if (i > 0) marks.push({ name: /^\w+/.exec(piece)?.[0] ?? "", at: text.length });
    text += piece;
  }
  const main = join(folder, "main.ts");
  const files = new Map([
    [main, text],
    [join(folder, "counter.bpf.ts"), textOf(loaderOf(exampleObject("counter")))],
    [join(folder, "records.bpf.ts"), textOf(loaderOf(testObject("codegen/records")))],
    [join(folder, "fields.bpf.ts"), textOf(loaderOf(testObject("codegen/fields")))],
  ]);
  const read = (path: string): string | undefined => files.get(path) ?? ts.sys.readFile(path);
  const service = ts.createLanguageService({
    // What an editor shows with `strict` alone.
    getCompilationSettings: () => ({
      ...options,
      exactOptionalPropertyTypes: false,
      noUncheckedIndexedAccess: false,
    }),
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const contents = read(path);
      return contents === undefined ? undefined : ts.ScriptSnapshot.fromString(contents);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => files.has(path) || ts.sys.fileExists(path),
    readFile: read,
    readDirectory: ts.sys.readDirectory,
    directoryExists: (path) => path === folder || ts.sys.directoryExists(path),
  });
  return Object.fromEntries(
    marks.map(({ name, at }) => {
      const info = service.getQuickInfoAtPosition(main, at);
      const [first = ""] = ts.displayPartsToString(info?.documentation).split("\n");
      return [name, `${ts.displayPartsToString(info?.displayParts)}${first && ` // ${first}`}`];
    }),
  );
}

test("an editor shows names and types that people can read", { timeout: 60_000 }, () => {
  expect(hovers()).toMatchInlineSnapshot(`
    {
      "at": "(property) FieldsConnection.at: KernelTime // \`__u64\`, nanoseconds of the clock of bpf_ktime_get_ns()",
      "attach": "(method) Program<"tracepoint", "tracepoint/syscalls/sys_enter_execve", unknown>.attach(options?: Flat<{
        name?: string | undefined;
        group?: string | undefined;
        cookie?: bigint | undefined;
    } & {}> | undefined): Link // Attaches the program to the target of its SEC name, with the function of \`link\` for its type.",
      "comm": "(property) RecordsEvent.comm: string // \`char[16]\`",
      "count": "const count: bigint | undefined",
      "counter": "using counter: Counter",
      "counter_map": "(property) counter_map: ArrayMap<bigint> // array, 1 entry",
      "event": "const event: RecordsEvent",
      "get": "(method) ElementMap<number, bigint, Storable<bigint>, Storable<number>>.get(key: Storable<number>, options?: ReadOptions): bigint | undefined // Returns the value of \`key\`; undefined when there is no entry.",
      "link": "const link: Link",
      "loadCounter": "(alias) loadCounter(options?: LoadOptions): Promise<Counter>
    import loadCounter // Loads the object into the kernel. The caller closes the collection.",
      "saddr": "(property) FieldsConnection.saddr: string // \`__be32\`, an IPv4 address",
      "trace_execve": "(property) trace_execve: Program<"tracepoint", "tracepoint/syscalls/sys_enter_execve", unknown> // \`SEC("tracepoint/syscalls/sys_enter_execve")\`",
    }
  `);
});
