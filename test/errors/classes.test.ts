import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import ts from "typescript";
import { expect, test } from "vitest";
import { nearestNames } from "../../lib/errors/nearest-names.ts";
import * as ebpf from "../../lib/index.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/errors.md"), "utf8");
const rows = [...page.matchAll(/^\| `(ERR_EBPF_\w+)` \| (.+?) \|/gm)];

test("docs/errors.md lists exactly the error codes", () => {
  const folder = join(root, "lib/errors");
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const codes = sources.flatMap((source) =>
    [...source.matchAll(/"(ERR_EBPF_\w+)"/g)].map((match) => match[1] ?? ""),
  );
  expect(rows.map(([, code]) => code)).toEqual([...new Set(codes)].sort());
});

test("docs/errors.md lists exactly the exported error classes", () => {
  const named = rows.flatMap(([, , classes]) =>
    [...(classes ?? "").matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ""),
  );
  const exported = Object.entries(ebpf).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof ebpf.EbpfError,
  );
  expect([...new Set(named)].sort()).toEqual(exported.map(([name]) => name).sort());
});

test("an error has code, errno, remedy and cause, and no empty properties", () => {
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

test("errno values of libbpf and of the kernel that Node does not name have names", () => {
  expect(ebpf.errnoName(4007)).toBe("LIBBPF_ERRNO__VERIFY");
  expect(ebpf.errnoName(524)).toBe("ENOTSUPP");
  expect(ebpf.errnoName(99_999)).toBe("errno 99999");
});

test("an unknown name is rejected with similar names", () => {
  const known = ["sys_enter_execve", "sys_exit_execve", "sys_enter_openat", "counter_map"];
  expect(nearestNames("sys_enter_exeve", known)[0]).toBe("sys_enter_execve");
  expect(nearestNames("countermap", known)).toEqual(["counter_map"]);
  expect(nearestNames("zzz", known)).toEqual([]);
});

test("errors keep their names in a minified bundle", async () => {
  const outfile = join(root, ".build/test/errors-minified.mjs");
  const entryPoints = [join(root, "lib/errors/index.ts")];
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
  const error = new minified.ClosedError("it is closed");
  expect(error.name).toBe("ClosedError");
  expect(error.stack).toMatch(/^ClosedError: it is closed/);
});

test("constructors of errors take a message and options, or options alone", () => {
  const shapes = readdirSync(join(root, "lib/errors")).flatMap((file) => {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(root, "lib/errors", file), "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const classes = source.statements
      .filter(ts.isClassDeclaration)
      .filter(({ name }) => name?.text.endsWith("Error"));
    return classes.map((declaration) => {
      const made = declaration.members.find(ts.isConstructorDeclaration);
      // Defaults are for subclasses.
      const parameters = (made?.parameters ?? []).filter(
        ({ initializer }) => !ts.isStringLiteralLike(initializer ?? source),
      );
      const names = parameters.map(({ name }) =>
        ts.isObjectBindingPattern(name) ? "options" : name.getText(),
      );
      return `${declaration.name?.text}(${names.join(", ")})`;
    });
  });
  expect(shapes.length).toBeGreaterThan(30);
  expect(shapes.filter((shape) => !/^\w+\(((message|problem)(, options)?|options)\)$/.test(shape))).toEqual([
    "EbpfError(code, message, options)",
  ]);
});
