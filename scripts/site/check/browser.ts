import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Browser } from "../../../test/support/browser.ts";

/** The width of a phone, a tablet and a desk, with a height, in CSS pixels. */
const sizes = [
  [360, 740],
  [768, 1024],
  [1440, 900],
] as const;

/** Pages of each kind: the start page, lists, long tables, long code, functions, classes. */
const samples = [
  "index.html",
  "contents.html",
  "guides/attach.html",
  "attach-support.html",
  "from-cilium.html",
  "verifier.html",
  "error-codes.html",
  "examples/index.html",
  "reference/index.html",
  "reference/plugin/index.html",
  "reference/events/RingBuf.html",
  "reference/maps/HashMap.html",
  "reference/links/link/index.html",
  "reference/links/link/kprobe.html",
  "reference/asm/asm/index.html",
];

/** What a reader searches for, and a page that must be among the results. */
const searches: Record<string, string> = {
  perCpu: "maps",
  kprobe: "kprobe",
  ERR_EBPF_VERIFIER: "error-codes",
};

/**
 * Opens a site in Chromium: samples at three widths in light and dark, other pages on a phone. The
 * pages of classes are all made alike; one is a sample.
 *
 * @param pictures Folder for a picture of each sample.
 * @returns What is wrong.
 */
export async function inspectSite(
  url: string,
  files: readonly string[],
  pictures?: string,
): Promise<string[]> {
  await using browser = await Browser.start();
  const faults: string[] = [];
  const visit = async (file: string, width: number, name: string): Promise<void> => {
    await browser.open(url + file);
    await browser.until('document.querySelector("#app")?.__vue_app__ !== undefined');
    const page = await browser.evaluate("document.documentElement.scrollWidth");
    if (page > width) faults.push(`${name}: the page is ${page} pixels wide, the window ${width}`);
    faults.push(...browser.errors.splice(0).map((error) => `${name}: ${error}`));
  };
  if (pictures) mkdirSync(pictures, { recursive: true });
  for (const [width, height] of sizes) {
    for (const scheme of ["light", "dark"] as const) {
      await browser.emulate(width, height, scheme);
      for (const file of samples) {
        const name = `${file.replace(/\.html$/, "").replaceAll("/", "-")}-${width}-${scheme}`;
        await visit(file, width, name);
        if (pictures) writeFileSync(path.join(pictures, `${name}.png`), await browser.screenshot("png"));
      }
    }
  }
  await browser.emulate(360, 740, "light");
  const others = files.filter(
    (file) => !samples.includes(file) && !/^(404|reference\/.*[A-Z].*)\.html$/.test(file),
  );
  for (const file of others) await visit(file, 360, file);
  for (const [words, page] of Object.entries(searches))
    faults.push(...(await search(browser, url, words, page)));
  return faults;
}

async function search(browser: Browser, url: string, words: string, page: string): Promise<string[]> {
  await browser.open(`${url}index.html`);
  await browser.until('document.querySelector("#app")?.__vue_app__ !== undefined');
  await browser.evaluate('document.querySelector(".DocSearch-Button").click()');
  const box = 'document.querySelector(".search-input")';
  await browser.until(`${box} !== null`);
  await browser.evaluate(
    `${box}.value = ${JSON.stringify(words)}; ${box}.dispatchEvent(new Event("input", { bubbles: true }))`,
  );
  await browser.until(
    'document.querySelector(".VPLocalSearchBox .result, .VPLocalSearchBox .no-results") !== null',
  );
  const results: string[] = await browser.evaluate(
    '[...document.querySelectorAll(".VPLocalSearchBox .result")].map((result) => result.getAttribute("href"))',
  );
  return results.some((result) => result.includes(page))
    ? []
    : [`search for ${words}: no result is in ${page}; results: ${results.join(", ")}`];
}
