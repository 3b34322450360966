import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";
import { nearestNames } from "../lib/errors/nearest-names.ts";
import * as ebpf from "../lib/index.ts";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/errors.md"), "utf8");
const rows = [...page.matchAll(/^\| `(ERR_EBPF_\w+)` \| (.+?) \|/gm)];

test("docs/errors.md has every code, and no other", () => {
  const folder = join(root, "lib/errors");
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const codes = sources.flatMap((source) =>
    [...source.matchAll(/"(ERR_EBPF_\w+)"/g)].map((match) => match[1] ?? ""),
  );
  expect(rows.map(([, code]) => code)).toEqual([...new Set(codes)].sort());
});

test("docs/errors.md has every class, and the package exports it", () => {
  const named = rows.flatMap(([, , classes]) =>
    [...(classes ?? "").matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ""),
  );
  const exported = Object.entries(ebpf).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof ebpf.EbpfError,
  );
  expect([...new Set(named)].sort()).toEqual(exported.map(([name]) => name).sort());
});

test("an error says its code, number, remedy and cause, and nothing where there is nothing", () => {
  const cause = new Error("beneath");
  const full = new ebpf.SystemError("it failed", {
    operation: "try",
    errno: 1,
    remedy: "Do it again",
    cause,
  });
  expect(full).toMatchObject({
    name: "SystemError",
    code: "ERR_EBPF_SYSTEM",
    message: "it failed: EPERM. Do it again",
    operation: "try",
    errno: 1,
    errnoName: "EPERM",
    remedy: "Do it again",
    cause,
  });
  expect(Object.keys(new ebpf.InvalidArgumentError("no"))).toEqual(["code"]);
});

test("numbers that Node does not know have names too: libbpf's, and the kernel's own", () => {
  expect(ebpf.errnoName(4007)).toBe("LIBBPF_ERRNO__VERIFY");
  expect(ebpf.errnoName(524)).toBe("ENOTSUPP");
  expect(ebpf.errnoName(99_999)).toBe("errno 99999");
});

test("a name that is not there is answered with those that are near", () => {
  const known = ["sys_enter_execve", "sys_exit_execve", "sys_enter_openat", "counter_map"];
  expect(nearestNames("sys_enter_exeve", known)[0]).toBe("sys_enter_execve");
  expect(nearestNames("countermap", known)).toEqual(["counter_map"]);
  expect(nearestNames("zzz", known)).toEqual([]);
});

test("errors keep their names in a bundle whose names are shortened", async () => {
  const outfile = join(root, ".build/test/errors-minified.mjs");
  const entryPoints = [join(root, "lib/errors.ts")];
  buildSync({
    entryPoints,
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
  });
  const minified = (await import(pathToFileURL(outfile).href)) as typeof ebpf;
  const classes = Object.entries(ebpf).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof ebpf.EbpfError,
  );
  expect(classes.length).toBeGreaterThan(30);
  for (const [name] of classes) {
    expect((minified as unknown as Record<string, { name: string }>)[name]?.name).toBe(name);
  }
  const error = new minified.ClosedError("it");
  expect(error.name).toBe("ClosedError");
  expect(error.stack).toMatch(/^ClosedError: it is closed/);
});
