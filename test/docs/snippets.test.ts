// kernels: native
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { untilLine } from "../support/until-line.ts";
import { type Page, readPage } from "./snippets/page.ts";
import { compileSnippets, fileOf, folderOf } from "./snippets/project.ts";
import { runs } from "./snippets/runs.ts";
import { headingLevels, isTranslation, originalOf, withoutComments } from "./snippets/translation.ts";

const root = join(import.meta.dirname, "../..");

/** The README and the pages that people wrote. */
function pages(): Page[] {
  const below = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .map((file) => join("docs", file))
    .filter((file) => file.endsWith(".md") && !/^docs\/(reference\/|\.|api-report)|node_modules/.test(file));
  return ["README.md", ...below].map((path) => readPage(path, readFileSync(join(root, path), "utf8")));
}

const all = pages();
const blocks = all.flatMap((page) => page.blocks.map((block) => ({ page, block })));
const messages = compileSnippets(all);

test("every TypeScript block of the documentation compiles", () => {
  expect(blocks.filter(({ block }) => block.language === "ts").length).toBeGreaterThan(20);
  expect(messages).toEqual([]);
});

/** The lines that a page says a program prints, and the expression that each matches. */
function outputOf(page: Page, program: string): { lines: string[]; pattern: RegExp | undefined } | undefined {
  const block = page.blocks.find(({ words }) => words.slice(0, 3).join(" ") === `output of ${program}`);
  if (block === undefined) return undefined;
  const [, pattern] = /^output of \S+ \/(.*)\/$/.exec(block.words.join(" ")) ?? [];
  const lines = block.text.trimEnd().split("\n");
  return { lines, pattern: pattern === undefined ? undefined : new RegExp(pattern) };
}

// A translation has the programs of its original, which a test below compares: they run once.
const programs = blocks.filter(({ page, block }) => block.words.includes("run") && !isTranslation(page));

for (const { page, block } of programs) {
  const name = `${page.path} ${fileOf(block)}`;
  test(`${name} prints what the page shows`, async (context) => {
    const script = join(folderOf(page), fileOf(block).replace(/\.ts$/, ".js"));
    const output = outputOf(page, fileOf(block));
    const run = runs[name];
    run?.needs?.(context);
    if (output?.pattern !== undefined)
      expect(output.lines).toContainEqual(expect.stringMatching(output.pattern));
    using place = run?.place?.();
    const args = run?.args?.(place?.path ?? "") ?? [];
    const cause = run?.cause;
    if (cause === undefined) {
      const options = { encoding: "utf8", cwd: folderOf(page) } as const;
      const printed = execFileSync(process.execPath, [script, ...args], options)
        .trimEnd()
        .split("\n");
      if (output?.pattern === undefined) expect(printed).toEqual(output?.lines);
      else expect(printed).toContainEqual(expect.stringMatching(output.pattern));
      return;
    }
    if (output?.pattern === undefined) throw new Error(`${name}: no pattern for its output`);
    await untilLine(script, { args, cause: () => cause(place?.path ?? ""), line: output.pattern });
  });
}

test("every program that the test can start is on a page", () => {
  const names = programs.map(({ page, block }) => `${page.path} ${fileOf(block)}`);
  expect(Object.keys(runs).filter((name) => !names.includes(name))).toEqual([]);
});

test("the README shows a ring buffer, XDP, a uprobe and a cgroup in five lines each, besides imports", () => {
  const readme = all.find(({ path }) => path === "README.md")?.blocks ?? [];
  for (const example of ["ringbuffer", "xdp", "uretprobe", "cgroup_skb"]) {
    const block = readme.find(({ text }) => text.includes(`"./${example}.bpf.ts"`));
    const lines = block?.text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("import "));
    expect(lines?.length).toBeLessThanOrEqual(5);
  }
});

test("the README's command for clang compiles its examples", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, command = ""] = /^(clang -target bpf [\s\S]*?) -c counter\.bpf\.c$/m.exec(readme) ?? [];
  const here = command.replace(/^clang/, "clang-19").replaceAll("node_modules/ebpf/", "");
  const sources = readme.match(/bpf-examples\/short\/\w+\/\w+\.bpf\.c/g) ?? [];
  expect(sources).toHaveLength(4);
  for (const source of sources)
    execFileSync("sh", ["-c", `${here} -c ${source} -o /dev/null`], { cwd: root });
});

test("the README and the guide give the same tsconfig.json", () => {
  const configurations = blocks.filter(
    ({ page, block }) =>
      block.language === "json" && ["README.md", "docs/guides/first-program.md"].includes(page.path),
  );
  expect(configurations).toHaveLength(2);
  expect(new Set(configurations.map(({ block }) => block.text)).size).toBe(1);
});

const translations = all.filter(isTranslation);

for (const translation of translations) {
  const original = all.find(({ path }) => path === originalOf(translation));
  if (original === undefined) throw new Error(`${translation.path} has no original`);

  test(`${translation.path} has the code and the output of ${original.path}, with other comments`, () => {
    expect(original.blocks.length).toBeGreaterThan(20);
    expect(translation.blocks.map(withoutComments)).toEqual(original.blocks.map(withoutComments));
  });

  test(`${translation.path} has the sections of ${original.path}`, () => {
    const levels = ({ path }: Page) => headingLevels(readFileSync(join(root, path), "utf8"));
    expect(levels(translation)).toEqual(levels(original));
  });
}

test("the guide is translated", () => {
  expect(translations.map(({ path }) => path)).toContain("docs/guide.zh.md");
});
