// kernels: native
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorPages } from "../../lib/cli/ebpf/explain/pages.ts";
import { errorCodesPage } from "../../scripts/error-pages.ts";

const root = join(import.meta.dirname, "../..");

function explain(...args: string[]) {
  const command = [join(root, "dist/cli/ebpf.js"), "explain", ...args];
  return spawnSync(process.execPath, command, { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
}

test("each error code has a page", () => {
  const folder = join(root, "lib/errors");
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const codes = sources.flatMap((source) => source.match(/(?<=")ERR_EBPF_\w+(?=")/g) ?? []);
  expect(Object.keys(errorPages)).toEqual([...new Set(codes)].sort());
});

test("docs/error-codes.md is what the pages say", () => {
  expect(readFileSync(join(root, "docs/error-codes.md"), "utf8")).toBe(errorCodesPage());
});

test("a page is found by the code or by the end of the code", () => {
  const { status, stdout } = explain("ERR_EBPF_NO_BTF");
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^ERR_EBPF_NO_BTF\n\nType information .*\n\nWhy: .*\n\nWhat to do: Compile with `clang -g`/,
  );
  expect(explain("no-btf").stdout).toBe(stdout);
});

test("the codes are listed, and an unknown one is refused with the nearest", () => {
  expect(explain().stdout.trimEnd().split("\n")).toHaveLength(Object.keys(errorPages).length);
  expect(explain("verifyer")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("ERR_EBPF_VERIFIER"),
  });
});

test("an error of the kernel is explained", () => {
  expect(explain("EPERM")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^EPERM\n\n.*CAP_BPF/) });
});

test("a kind of fault in a report of the verifier is explained", () => {
  expect(explain("not-released")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^not-released\n\n.*: a resource that is not released on a path\./),
  });
});
