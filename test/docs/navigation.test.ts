import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { navigation } from "../../docs/.vitepress/navigation.ts";
import { guides, pageOf, root } from "../../docs/.vitepress/pages.ts";

const files = navigation.flatMap(({ pages }) => pages.map(({ file }) => file));

test("the sidebar has every page of docs/ once", () => {
  const notListed = ["docs/README.md", "docs/api-report.md", "docs/index.md"];
  const wanted = guides().filter((file) => !notListed.includes(file));
  expect(wanted.length).toBeGreaterThan(25);
  expect(files.filter((file) => file.startsWith("docs/")).sort()).toEqual(wanted);
  expect(new Set(files).size).toBe(files.length);
});

test("each page of the sidebar exists and is a page of the site", () => {
  expect(files.filter((file) => !existsSync(path.join(root, file)) || pageOf(file) === undefined)).toEqual(
    [],
  );
});
