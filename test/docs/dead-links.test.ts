import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { deadLinks } from "../../scripts/site/check/links.ts";

/** The dead links of a site with one page of that text and a second page, a/b.html. */
function deadLinksOf(html: string): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "ebpf-links-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, "a"));
  writeFileSync(path.join(folder, "a/b.html"), '<h1 id="top">B</h1>');
  writeFileSync(path.join(folder, "index.html"), html);
  return deadLinks(folder, "/base/", ["index.html", "a/b.html"]);
}

test("links to pages and anchors of a site are found", () => {
  expect(
    deadLinksOf('<a href="/base/">1</a> <a href="a/b.html#top">2</a> <a href="https://example.org/x">3</a>'),
  ).toEqual([]);
});

test("links to missing pages, to missing anchors and out of the base are dead", () => {
  expect(
    deadLinksOf('<a href="/base/c.html">1</a> <a href="/base/a/b.html#end">2</a> <img src="/a/b.html">'),
  ).toEqual([
    "index.html: /base/c.html",
    "index.html: no anchor /base/a/b.html#end",
    "index.html: /a/b.html",
  ]);
});
