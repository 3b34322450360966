// kernels: native
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { errorPages } from "../../lib/cli/ebpf/explain/pages.ts";

const root = join(import.meta.dirname, "../..");

function docs(...args: string[]) {
  return spawnSync(process.execPath, [join(root, "dist/cli/ebpf.js"), "docs", ...args], { encoding: "utf8" });
}

test("a page is found by its name, by its path, and by the last part of its name", () => {
  const text = readFileSync(join(root, "docs/guides/jobs/block-connect.md"), "utf8");
  for (const name of ["guides/jobs/block-connect", "docs/guides/jobs/block-connect.md#run", "block-connect"])
    expect(docs(name).stdout.trimEnd(), name).toBe(text.trimEnd());
});

test("every page that a message of ebpf explain names is in the list", () => {
  const listed = docs()
    .stdout.split("\n")
    .map((line) => line.split(" ")[0]);
  const named = [...JSON.stringify(errorPages).matchAll(/`ebpf docs ([\w/-]+)`/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(3);
  expect(listed).toEqual(expect.arrayContaining(named));
});

test("a search prints the page and the line, and fails when nothing is found", () => {
  const { status, stdout } = docs("--search", "err_ebpf_verifier");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^error-codes:\d+: ## ERR_EBPF_VERIFIER$/m);
  expect(docs("--search", "no page has this").status).toBe(1);
});

test("an unknown page is refused with the nearest name", () => {
  expect(docs("atach")).toMatchObject({ status: 2, stderr: expect.stringContaining("nearest: attach") });
  for (const page of ["docs/guide.md", "bpf-examples/tools/README.md"])
    expect(docs(page).stderr).toContain(`page "${page}" is in the repository only, not in the package`);
});

test("the name of a folder lists its pages", () => {
  for (const name of ["jobs", "guides/jobs", "docs/guides/jobs/"]) {
    const lines = docs(name).stdout.trimEnd().split("\n");
    expect(lines, name).toHaveLength(5);
    for (const line of lines) expect(line).toMatch(/^guides\/jobs\/[\w-]+ +\S/);
  }
});

test("the written pages have no comment, and links only to files that are written", () => {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-docs-"));
  try {
    expect(docs("--write", folder).status).toBe(0);
    const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".md"),
    );
    const links = pages.flatMap((page) => {
      const text = readFileSync(join(folder, page), "utf8");
      expect(text, page).not.toMatch(/^<!--/m);
      const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$|`[^`\n]*`(?!\])/gm, "");
      return [...prose.matchAll(/\]\((?!#|https?:)([^)#]+)/g)].map(([, target = ""]) => ({ page, target }));
    });
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter(({ page, target }) => !existsSync(join(folder, dirname(page), target)))).toEqual([]);
    expect(docs("--write", folder)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("not empty"),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
