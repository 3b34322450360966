import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { exampleObject, testObject } from "../support/objects.ts";
import { loaderOf, textOf } from "./support/loaders.ts";
import { options } from "./support/type-check.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, ".build/hovers");

// The editor shows what is under each mark.
const program = `import { link, Map, RingBuf, untilInterrupted } from "ebpf";
import { loadCounter, loadCounterSpec } from "./counter.bpf.ts";
import { loadRecords } from "./records.bpf.ts";
import { loadFields } from "./fields.bpf.ts";
import { loadLinkTrace } from "./trace.bpf.ts";
import { loadXdp } from "./xdp.bpf.ts";
using ^counter = await ^loadCounter();
using records = await loadRecords();
using fields = await loadFields();
const ^attached = counter.programs.^trace_execve.^attach();
const ^count = counter.maps.^counter_map.^get(0);
for await (const ^event of new RingBuf(records.maps.events).values({ signal: untilInterrupted() })) console.log(event.^comm);
const value = fields.maps.connections.lookup("10.0.0.1");
console.log(attached, count, value.^saddr, value.^at);
using xdp = await loadXdp();
using trace = await loadLinkTrace();
xdp.programs.xdp_drop_program.^attach({ interface: "lo" });
xdp.^attach({ xdp_drop_program: { interface: "lo" } });
link.^kprobe(trace.programs.on_kprobe, { symbol: "vfs_read" });
link.^fexit(trace.programs.on_fexit);
loadCounterSpec().maps.^counter_map.maxEntries = 2;
Map.^create({ type: "hash", key: "u32", value: "u64", maxEntries: 8 }).^set(1, 1n);
`;

function hovers(): Record<string, string> {
  const marks: { name: string; at: number }[] = [];
  let text = "";
  for (const [i, piece] of program.split("^").entries()) {
    if (i > 0) {
      const name = /^\w+/.exec(piece)?.[0] ?? "";
      const before = marks.filter((mark) => mark.name.split(" ")[0] === name).length;
      marks.push({ name: before === 0 ? name : `${name} ${before + 1}`, at: text.length });
    }
    text += piece;
  }
  const main = join(folder, "main.ts");
  const files = new Map([
    [main, text],
    [join(folder, "counter.bpf.ts"), textOf(loaderOf(exampleObject("counter")))],
    [join(folder, "records.bpf.ts"), textOf(loaderOf(testObject("codegen/records")))],
    [join(folder, "fields.bpf.ts"), textOf(loaderOf(testObject("codegen/fields")))],
    [join(folder, "trace.bpf.ts"), textOf(loaderOf(testObject("link_trace")))],
    [join(folder, "xdp.bpf.ts"), textOf(loaderOf(exampleObject("xdp")))],
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

test("an editor shows readable names and types", { timeout: 60_000 }, () => {
  expect(hovers()).toMatchInlineSnapshot(`
    {
      "at": "(property) FieldsConnection.at: KernelTime // \`__u64\`, nanoseconds of the clock of bpf_ktime_get_ns()",
      "attach": "(method) Program<"tracepoint", "tracepoint/syscalls/sys_enter_execve", any>.attach(options?: {
        name?: string | undefined;
        group?: string | undefined;
        cookie?: bigint | undefined;
    } | undefined): link.Link // Attaches the program to the target of its SEC name, with the function of \`link\` for its type.",
      "attach 2": "(method) Program<"xdp", "xdp", any>.attach(options: link.XdpOptions): link.Link // Attaches the program to the target of its SEC name, with the function of \`link\` for its type.",
      "attach 3": "(method) Collection<XdpShape>.attach(options: {
        xdp_drop_program: false | link.XdpOptions;
    }, all?: AttachAllOptions | undefined): Links<XdpShape> (+1 overload) // Attaches every program to the target of its SEC name, in the object's order, and registers every struct_ops map. If",
      "attached": "const attached: link.Link",
      "comm": "(property) RecordsEvent.comm: string // \`char[16]\`",
      "count": "const count: bigint | undefined",
      "counter": "using counter: Counter",
      "counter_map": "(property) counter_map: ArrayMap<bigint> // array, 1 entry",
      "counter_map 2": "(property) counter_map: PlainMapSpec // array, 1 entry",
      "create": "(method) BpfMapClass.create<"hash", "u32", "u64">(options: NewMapOptions<"hash", "u32", "u64">): HashMap<number, bigint> // Creates a map without an object file.",
      "event": "const event: RecordsEvent",
      "fexit": "(alias) fexit(program: link.AttachableTo<"fexit">, options?: link.TracingOptions): link.Link
    export fexit // Attaches a program to the return of a kernel function, or of a function of another BPF program.",
      "get": "(method) ElementMap<number, bigint, Storable<bigint>, Storable<number>>.get(key: Storable<number>, options?: ReadOptions): bigint | undefined // Returns the value of \`key\`; undefined when there is no entry.",
      "kprobe": "(alias) kprobe(program: link.AttachableTo<link.SingleProbe>, options: link.OneOf<link.KprobeOptions, "symbol" | "address">): link.Link
    export kprobe // Attaches a program to the entry of a kernel function, or to an instruction in the function.",
      "loadCounter": "(alias) loadCounter(options?: LoadOptions): Promise<Counter>
    import loadCounter // Loads the object into the kernel. The caller closes the collection.",
      "saddr": "(property) FieldsConnection.saddr: string // \`__be32\`, an IPv4 address",
      "set": "(method) ElementMap<number, bigint, Storable<bigint>, Storable<number>>.set(key: Storable<number>, value: Storable<bigint>): HashMap<number, bigint> // Creates or replaces the entry for \`key\`. Throws the errors of \`update\`.",
      "trace_execve": "(property) trace_execve: Program<"tracepoint", "tracepoint/syscalls/sys_enter_execve", any> // \`SEC("tracepoint/syscalls/sys_enter_execve")\`",
    }
  `);
});
