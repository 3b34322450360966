import { closeSync, existsSync, mkdtempSync, openSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Collection, CollectionSpec, Program } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

const folder = `/sys/fs/bpf/ebpf-test-programs-${process.pid}`;
let coll: Collection;
let xdp: Program<"xdp">;
beforeAll(async () => {
  coll = await CollectionSpec.fromFile(testObject("program_run")).load();
  xdp = coll.programs.swap_first_two as Program<"xdp">;
});
afterAll(() => {
  coll.close();
  rmSync(folder, { recursive: true, force: true });
});

const works = (program: Program) => {
  const { action } = (program as Program<"xdp">).testRunSync({ data: new Uint8Array(64).fill(1) });
  return action === "pass";
};

test("a pinned program is opened again, and outlives its collection", async () => {
  const path = join(folder, "deeper", "pinned");
  const own = await CollectionSpec.fromFile(testObject("program_run")).load();
  (own.programs.swap_first_two as Program).pin(path);
  own.close();
  using opened = Program.fromPin(path);
  expect(opened).toMatchObject({ name: "swap_first_two", type: "xdp", section: "" });
  expect(works(opened)).toBe(true);
  opened.unpin();
  expect(existsSync(path)).toBe(false);
});

test("unpin removes the pins that the program made", () => {
  const paths = [join(folder, "one"), join(folder, "two")];
  for (const path of paths) xdp.pin(path);
  expect(paths.every((path) => existsSync(path))).toBe(true);
  xdp.unpin();
  expect(paths.some((path) => existsSync(path))).toBe(false);
  expect(() => xdp.unpin()).not.toThrow();
});

test("a program opened by its ID has its complete name", () => {
  const { id, name } = (coll.programs.mark_and_count as Program).info();
  expect(name).toBe("mark_and_count");
  using opened = Program.fromId(xdp.info().id);
  expect(opened.info().tag).toBe(xdp.info().tag);
  expect(works(opened)).toBe(true);
  using long = Program.fromId((coll.programs.queue_and_device as Program).info().id);
  expect(long.info().name).toBe("queue_and_devic");
  expect(long.name).toBe("queue_and_device");
  expect(id).not.toBe(opened.info().id);
});

test("a descriptor is duplicated", () => {
  const opened = Program.fromFd(xdp.fd);
  expect(opened.fd).not.toBe(xdp.fd);
  expect(opened.info().id).toBe(xdp.info().id);
  opened.close();
  expect(readlinkSync(`/proc/self/fd/${xdp.fd}`)).toBe("anon_inode:bpf-prog");
});

test("all programs are listed", () => {
  const ids = [...Program.ids()];
  for (const program of Object.values(coll.programs)) expect(ids).toContain(program.info().id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});

test("descriptors and pins that are not programs are refused", () => {
  const pinnedMap = join(folder, "map");
  const fd = openSync("/dev/null", "r");
  expect(() => Program.fromFd(fd)).toThrow(expect.objectContaining({ code: "ERR_EBPF_INVALID_ARGUMENT" }));
  closeSync(fd);
  expect(() => Program.fromFd(-1)).toThrow(expect.objectContaining({ code: "ERR_EBPF_INVALID_ARGUMENT" }));
  expect(() => Program.fromPin(pinnedMap)).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_PIN", errnoName: "ENOENT", remedy: "Nothing is pinned there" }),
  );
  for (const id of [0, -1, 1.5, 2 ** 32]) {
    expect(() => Program.fromId(id)).toThrow(expect.objectContaining({ code: "ERR_EBPF_INVALID_ARGUMENT" }));
  }
  expect(() => Program.fromId(0xffff_fff0)).toThrow(expect.objectContaining({ code: "ERR_EBPF_NOT_EXIST" }));
});

test("a failed pin has an explanation", () => {
  const path = join(folder, "taken");
  xdp.pin(path);
  expect(() => xdp.pin(path)).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_PIN", errnoName: "EEXIST", path }),
  );
  xdp.unpin();
  const elsewhere = mkdtempSync(join(tmpdir(), "ebpf-no-bpffs-"));
  try {
    expect(() => xdp.pin(join(elsewhere, "pin"))).toThrow(
      expect.objectContaining({ code: "ERR_EBPF_PIN", remedy: expect.stringContaining("not on a bpffs") }),
    );
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
  expect(() => xdp.unpin(path)).toThrow(
    expect.objectContaining({ code: "ERR_EBPF_PIN", operation: "unpin" }),
  );
});

test("after close, every method throws ClosedError, and a second close does nothing", async () => {
  const own = await CollectionSpec.fromFile(testObject("program_run")).load();
  const program = own.programs.swap_first_two as Program<"xdp">;
  const map = Object.values(coll.maps)[0] as (typeof coll.maps)[string];
  own.close();
  const calls: [string, () => unknown][] = [
    ["fd", () => program.fd],
    ["clone", () => program.clone()],
    ["attach", () => program.attach({ interface: "lo" })],
    ["testRunSync", () => program.testRunSync({ data: new Uint8Array(64) })],
    ["info", () => program.info()],
    ["stats", () => program.stats()],
    ["translated", () => program.translated()],
    ["instructions", () => program.instructions()],
    ["jited", () => program.jited()],
    ["lines", () => program.lines()],
    ["functions", () => program.functions()],
    ["readStream", () => program.readStream("stdout")],
    ["pin", () => program.pin(join(folder, "never"))],
    ["unpin", () => program.unpin(join(folder, "never"))],
    ["bindMap", () => program.bindMap(map)],
  ];
  for (const [name, call] of calls) {
    expect(call, name).toThrow(expect.objectContaining({ code: "ERR_EBPF_CLOSED" }));
  }
  await expect(program.testRun({ data: new Uint8Array(64) })).rejects.toMatchObject({
    code: "ERR_EBPF_CLOSED",
  });
  const untested = Object.getOwnPropertyNames(Program.prototype).filter(
    // A closed program can be printed.
    (name) => !["constructor", "testRun", "inspectedFields", ...calls.map(([known]) => known)].includes(name),
  );
  expect(untested, "a new method is to be tested here").toEqual([]);
  program.close();
  expect(program.closed).toBe(true);
});
