import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import { generate } from "../../lib/codegen/index.ts";
import {
  type ArrayMap,
  type BpfLog,
  type BpfLogSource,
  bpfLogs,
  type Collection,
  CollectionSpec,
  linkObjects,
  type Program,
  RecordError,
  type RingBuf,
  type RingBufMap,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requiresCommand, requiresLinux } from "../support/requires.ts";

const object = testObject("events/log");
const packet = new Uint8Array(14);
let coll: Collection;
beforeAll(async () => {
  const spec = CollectionSpec.fromFile(object);
  Object.assign(spec.variables["ebpf_log_level"] ?? {}, { value: 4 });
  coll = await spec.load();
});
afterAll(() => coll?.close());

function logsOf(program: string, from: Collection = coll): BpfLog[] {
  using logs = bpfLogs(from);
  (from.programs[program] as Program<"xdp">).testRunSync({ data: packet });
  return logs.consume();
}

test("logs have their level, time, file, line and message", () => {
  const before = process.hrtime.bigint();
  const logs = logsOf("levels");
  expect(logs.map(({ level, message }) => [level, message])).toEqual([
    ["error", "an error"],
    ["warn", "a warning"],
    ["info", "an information"],
    ["debug", "for debugging"],
  ]);
  const [error, warning] = logs as [BpfLog, BpfLog];
  expect(error).toMatchObject({ file: "log.bpf.c", target: "log.bpf.c", format: "an error", args: [] });
  expect(warning.line).toBe(error.line + 1);
  expect(error.time.ns).toBeGreaterThan(before);
  expect(error.time.ns).toBeLessThan(process.hrtime.bigint());
  expect(`${error}`).toBe(`${error.time.toISOString()} ERROR log.bpf.c:${error.line} an error`);
});

test("the level is a variable that is set before loading, info by default", async () => {
  for (const [level, count] of [
    [undefined, 3],
    [0, 0],
    [5, 5],
  ] as const) {
    const spec = CollectionSpec.fromFile(object);
    if (level !== undefined) Object.assign(spec.variables["ebpf_log_level"] ?? {}, { value: level });
    using other = await spec.load();
    expect(logsOf("levels", other).length).toBe(count);
  }
});

test("arguments have their types, and the message is that of printf", () => {
  const [texts, addresses, integers] = logsOf("arguments") as [BpfLog, BpfLog, BpfLog];
  expect(texts.message).toBe("a name has -1 of 4294967295, 0xff, 18446744073709551615%");
  expect(texts.args).toEqual(["a name", -1, 4294967295, 255, 18446744073709551615n]);
  expect(addresses.message).toBe("254.128.0.0 fe80::1 02:42:ac:11:00:02");
  expect(integers.args).toEqual([true, -8, 8, -16, 16, 97, -64n, 0x1000n]);
  expect(integers.message).toBe("1 -8 8 -16 16 97 -64 0x1000");
});

test("a target, widths and precisions", () => {
  const [log] = logsOf("target") as [BpfLog];
  expect(log).toMatchObject({ target: "net", file: "log.bpf.c", level: "warn" });
  expect(log.message).toBe("   42|42   |00042|+42|0000beef|abc|x");
  expect(String(log)).toContain(` WARN  net log.bpf.c:${log.line}    42|`);
});

test("a text that is too long ends in an ellipsis", async () => {
  const spec = CollectionSpec.fromFile(object);
  for (const [name, text] of [
    ["0123456789abcdef", "0123456789abcdef"],
    ["0123456789abcdefg", "0123456789abcdef…"],
  ]) {
    Object.assign(spec.variables["name"] ?? {}, { value: name });
    using other = await spec.load();
    expect(logsOf("arguments", other)[0]?.args[0]).toBe(text);
  }
});

test("a loop over the logs, and the number of lost ones", async () => {
  const spec = CollectionSpec.fromFile(object);
  Object.assign(spec.maps["ebpf_logs"] ?? {}, { maxEntries: 4096 });
  using other = await spec.load();
  using logs = bpfLogs(other.map("ebpf_logs"));
  (other.programs["levels"] as Program<"xdp">).testRunSync({ data: packet, repeat: 30 });
  expect(logs.statistics().lost).toBeGreaterThan(0n);
  for await (const log of logs) {
    expect(log.level).toBe("error");
    break;
  }
});

test("a collection without logs, and a ring of other records", async (context) => {
  expect(() => bpfLogs({ maps: {} })).toThrow(
    'source of bpfLogs: expected a collection with the map "ebpf_logs", or this map',
  );
  requiresLinux(context, "5.17", "bpf_loop");
  using other = await CollectionSpec.fromFile(testObject("events/ring")).load();
  const order = new Uint8Array(Uint32Array.of(1, 0, 0, 64).buffer);
  (other.programs["send"] as Program<"syscall">).testRunSync({ context: order });
  using logs = bpfLogs(other.map("events"));
  expect(() => logs.consume()).toThrow(RecordError);
});

/** Compiles the body of a program with clang, and returns the object and the messages. */
function compileBody(name: string, body: string) {
  const source = `
    #include <linux/bpf.h>
    #include <bpf/bpf_helpers.h>
    #include <ebpf/log.bpf.h>
    SEC("xdp") int ${name}(struct xdp_md *context) { __u32 *pointer = 0; ${body}; return pointer != 0; }
    char _license[] SEC("license") __attribute__((weak)) = "GPL";`;
  const folders = ["-I", "native/vendor/include", "-I", "native/bpf-include"];
  const types = ["-idirafter", `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`];
  const flags = ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-Wall", "-Werror", ...folders, ...types];
  const { stdout, stderr } = spawnSync("clang-19", [...flags, "-c", "-x", "c", "-", "-o", "-"], {
    input: source,
  });
  return { object: stdout, messages: stderr.toString() };
}

test("the compiler refuses wrong formats, arguments and levels", (context) => {
  requiresCommand(context, "clang-19");
  const messages = (call: string) => compileBody("wrong", call).messages;
  expect(messages('ebpf_info("%d", 1)')).toBe("");
  expect(messages('ebpf_info("%d", 5ULL)')).toContain("format specifies type 'int'");
  expect(messages('ebpf_info("%d %d", 5)')).toContain("more '%' conversions than data arguments");
  expect(messages('ebpf_info("%p", pointer)')).toContain(
    "arguments_are_integers_char_or_void_pointers_and_addresses",
  );
  expect(messages('ebpf_log(7, "none")')).toContain("no level of a log");
  expect(messages("ebpf_info(pointer)")).toContain("error");
});

test("source files that each include the header are linked to one object", (context) => {
  requiresCommand(context, "clang-19");
  const [one, two] = ["one", "two"].map((name) => compileBody(name, `ebpf_info("of ${name}")`).object);
  const linked = linkObjects([one as Buffer, two as Buffer]);
  using both = CollectionSpec.fromBytes(linked).loadSync();
  const messages = ["one", "two"].flatMap((name) => logsOf(name, both).map(({ message }) => message));
  expect(messages).toEqual(["of one", "of two"]);
});

test("sources without logs do not compile", () => {
  type Logged = Collection<{
    maps: { ebpf_logs: RingBufMap };
    programs: Record<string, never>;
    variables: Record<string, never>;
  }>;
  type Silent = Collection<{
    maps: { counts: ArrayMap };
    programs: Record<string, never>;
    variables: Record<string, never>;
  }>;
  expectTypeOf<Logged | Collection | RingBufMap>().toExtend<BpfLogSource>();
  expectTypeOf<Silent>().not.toExtend<BpfLogSource>();
  expectTypeOf<ArrayMap>().not.toExtend<BpfLogSource>();
  expectTypeOf(bpfLogs).returns.toEqualTypeOf<RingBuf<BpfLog>>();
});

test("bpf2ts does not ask for the type of logs, which bpfLogs knows", () => {
  expect(generate(CollectionSpec.fromFile(object), { stem: "log.bpf" }).notes).toEqual([]);
});
