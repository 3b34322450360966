import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  ClosedError,
  Collection,
  CollectionSpec,
  EncodeError,
  InvalidArgumentError,
  LoadError,
  type MapSpec,
  type ProgramSpec,
  UnknownNameError,
  VerifierError,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

/** Without the pinned map: /sys/fs/bpf is shared with others. */
function unpinned(): CollectionSpec {
  const spec = CollectionSpec.fromFile(testObject("collection"));
  (spec.maps.pinned as MapSpec).pinning = "none";
  return spec;
}

test("an object is loaded with its maps, programs and variables", async () => {
  using coll = await unpinned().load();
  expect(coll.name).toBe("collection");
  expect(Object.keys(coll.maps).sort()).toEqual([".bss", ".data", ".rodata", "numbers", "pinned", "table"]);
  expect(Object.keys(coll.programs)).toEqual(["count", "count_exit"]);
  expect(Object.keys(coll.variables)).toEqual(
    expect.arrayContaining(["step", "label", "hits", "level", "enabled", "hidden"]),
  );
});

test("loadSync loads the same object", () => {
  using coll = unpinned().loadSync();
  expect(coll.variables.level?.value).toBe(-7);
});

test("maps are edited before loading", async () => {
  const spec = unpinned();
  const { numbers } = spec.maps;
  if (numbers) numbers.maxEntries = 2;
  using coll = await spec.load();
  coll.maps.numbers?.set(1, 5);
  expect(() => coll.maps.numbers?.set(2, 5)).toThrow(expect.objectContaining({ code: "ERR_EBPF_MAP_FULL" }));
});

test("globals are set before loading, and read back", async () => {
  const spec = unpinned();
  const { step, label, level } = spec.variables;
  if (step && label && level) {
    step.value = 10;
    label.value = "set";
    level.value = 2_000_000;
  }
  using coll = await spec.load();
  expect(coll.variables.step?.value).toBe(10);
  expect(coll.variables.label?.value).toBe("set");
  expect(coll.variables.level?.value).toBe(2_000_000);
  expect(coll.variables.hidden?.value).toBe(3);
});

test("a spec is loaded many times, and a copy is edited alone", async () => {
  const spec = unpinned();
  const copy = spec.copy();
  const { level } = copy.variables;
  if (level) level.value = 1;
  using first = await spec.load();
  using second = await copy.load();
  expect([first.variables.level?.value, second.variables.level?.value]).toEqual([-7, 1]);
});

test("an edit with an unknown name or a wrong type is refused", () => {
  const spec = unpinned();
  expect(() => spec.variables.lvel).toThrow(UnknownNameError);
  expect(() => spec.variables.lvel).toThrow(/Nearest: "level"/);
  expect(() => {
    (spec.variables.step as { value: unknown }).value = "ten";
  }).toThrow(EncodeError);
  expect(() => {
    (spec.variables.step as { value: unknown }).value = 2 ** 32;
  }).toThrow(EncodeError);
});

test("globals are shared with the running program", async () => {
  using coll = await unpinned().load();
  const { hits, enabled } = coll.variables;
  expect(hits?.value).toBe(0n);
  coll.attach();
  process.getgroups?.();
  expect(hits?.value).toBeGreaterThan(0n);
  (enabled as { value: unknown }).value = false;
  const before = hits?.value;
  process.getgroups?.();
  expect(hits?.value).toBe(before);
});

test("a constant cannot be written once it is loaded", async () => {
  using coll = await unpinned().load();
  const { step } = coll.variables;
  expect(step?.constant).toBe(true);
  expect(() => {
    (step as { value: unknown }).value = 2;
  }).toThrow(InvalidArgumentError);
});

test("maps pinned by name are shared below a user-defined root", async () => {
  const root = mkdtempSync("/sys/fs/bpf/test-");
  try {
    const spec = CollectionSpec.fromFile(testObject("collection"));
    using first = await spec.load({ pinRoot: root });
    using second = await spec.load({ pinRoot: root });
    first.maps.pinned?.set(0, 42n);
    expect(second.maps.pinned?.get(0)).toBe(42n);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("a program with ? in its SEC name is loaded only on request", async () => {
  const spec = unpinned();
  expect(spec.programs.optional?.autoload).toBe(false);
  const { optional } = spec.programs;
  if (optional) optional.autoload = true;
  using coll = await spec.load();
  expect(coll.programs.optional?.name).toBe("optional");
});

test("a verifier refusal has its log, instruction and line", async () => {
  const spec = CollectionSpec.fromFile(testObject("verifier_refuses"));
  const error = await spec.load().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VerifierError);
  const refusal = error as VerifierError;
  expect(refusal).toMatchObject({ code: "ERR_EBPF_VERIFIER", program: "careless", errnoName: "EACCES" });
  expect(refusal.reason).toBe("R0 invalid mem access 'map_value_or_null'");
  expect(refusal.instruction).toMatch(/^\d+: \(\w\w\) r0 = \*\(u\w+ \*\)\(r0 \+0\)/);
  expect(refusal.source).toContain("return *value;");
  expect(refusal.log).toContain("processed ");
});

test("the verifier log of accepted programs is available on request", async () => {
  using quiet = await unpinned().load();
  expect(quiet.log).not.toContain("processed");
  using loud = await unpinned().load({ logLevel: "stats" });
  expect(loud.log).toContain("processed ");
  const spec = unpinned();
  const { count } = spec.programs as Record<"count", ProgramSpec>;
  count.logLevel = "full";
  using one = await spec.copy().load();
  expect(one.log.match(/^libbpf: prog '\w+': -- BEGIN PROG LOAD LOG --$/gm)).toEqual([
    "libbpf: prog 'count': -- BEGIN PROG LOAD LOG --",
  ]);
  expect(one.log).toMatch(/^\d+: \(\w\w\) r0 = /m);
  count.logLevel = "loud" as "full";
  await expect(spec.load()).rejects.toThrow(
    'logLevel of program "count": expected none, brief, full or stats, received "loud"',
  );
});

test("an object that libbpf cannot process is a LoadError with libbpf's message", async () => {
  const spec = unpinned();
  const { table } = spec.maps;
  if (table) table.maxEntries = 0;
  await expect(spec.load()).rejects.toThrow(LoadError);
  await expect(spec.load()).rejects.toThrow(/"table"|table/);
});

test("an invalid size is refused before a system call", async () => {
  for (const wrong of [-1, 1.5, 2 ** 32, Number.NaN, "4" as unknown as number]) {
    const spec = unpinned();
    (spec.maps.table as MapSpec).maxEntries = wrong;
    await expect(spec.load()).rejects.toThrow(InvalidArgumentError);
    await expect(spec.load()).rejects.toThrow(
      `maxEntries of map "table": expected an integer from 0 to 4294967295 (u32), received ${typeof wrong === "string" ? `"${wrong}"` : wrong}`,
    );
  }
});

test("an object is loaded from bytes", async () => {
  const spec = CollectionSpec.fromBytes(readFileSync(testObject("collection")), { name: "named" });
  (spec.maps.pinned as MapSpec).pinning = "none";
  using coll = await Collection.load(spec);
  expect(coll.name).toBe("named");
});

test("use after close throws ClosedError", async () => {
  const coll = await unpinned().load();
  const { numbers } = coll.maps;
  const { hits } = coll.variables;
  coll.close();
  coll.close();
  expect(coll.closed).toBe(true);
  expect(() => numbers?.get(0)).toThrow(ClosedError);
  expect(() => hits?.value).toThrow(ClosedError);
  expect(() => coll.attach()).toThrow(ClosedError);
});

test("a missing file and a folder are refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-"));
  try {
    expect(() => CollectionSpec.fromFile(join(folder, "none.o"))).toThrow(
      expect.objectContaining({ code: "ERR_EBPF_OBJECT_FILE", errnoName: "ENOENT" }),
    );
    expect(() => CollectionSpec.fromFile(folder)).toThrow(
      expect.objectContaining({ code: "ERR_EBPF_OBJECT_FILE", errnoName: "EISDIR" }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("kernel configuration externs are filled in, and can be overridden", async () => {
  const spec = CollectionSpec.fromFile(testObject("kconfig"));
  const other = spec.kconfig.CONFIG_NO_OTHER_OPTION;
  if (other) other.value = 7;
  using coll = await spec.load({ kconfig: "CONFIG_NO_SUCH_OPTION=5" });
  const [major, minor] = release().split(".").map(Number);
  const version = coll.variables.LINUX_KERNEL_VERSION?.value as number;
  expect([version >> 16, (version >> 8) & 255]).toEqual([major, minor]);
  expect(coll.variables.CONFIG_NO_SUCH_OPTION?.value).toBe(5);
  expect(coll.variables.CONFIG_NO_OTHER_OPTION?.value).toBe(7);
});

test("an object of the other byte order is refused before the kernel sees it", () => {
  const spec = CollectionSpec.fromFile(testObject("spec/globals_big_endian"));
  expect(() => spec.loadSync()).toThrow(/endian/);
});
