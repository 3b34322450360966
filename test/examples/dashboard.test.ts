// kernels: native
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser, chromium } from "../support/browser.ts";
import { sendDatagrams } from "../support/link.ts";

const program = join(import.meta.dirname, "../../.build/examples/dashboard/dashboard.js");

async function startServer() {
  const child = spawn(process.execPath, [program, "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const closed = once(child, "close");
  const lines = createInterface(child.stdout);
  const [url] = (await Promise.race([once(lines, "line"), closed])) as [string];
  if (!String(url).startsWith("http")) throw new Error(errors);
  return {
    url,
    pid: child.pid as number,
    async stop(signal: "SIGINT" | "SIGTERM" = "SIGINT") {
      child.kill(signal);
      const [code] = await closed;
      return { code, errors };
    },
  };
}

let server: Awaited<ReturnType<typeof startServer>>;
let browser: Browser;
let folder: string;
let plain: string;
let strange: string;

/** Starts a program that succeeds and one that fails, and sends packets. */
function act(): void {
  execFileSync(plain);
  spawnSync(strange);
  sendDatagrams(20);
}

beforeAll(async () => {
  // Not skipped without it: scripts/setup installs it.
  if (!existsSync(chromium)) throw new Error(`${chromium} is missing: run scripts/setup --for test`);
  folder = mkdtempSync(join(tmpdir(), "ebpf-dashboard-"));
  plain = join(folder, "started-for-the-dashboard");
  symlinkSync("/bin/true", plain);
  strange = join(folder, "<img src=x onerror=document.title='owned'>");
  symlinkSync("/bin/false", strange);
  server = await startServer();
  browser = await Browser.start();
  await browser.emulate(1200, 900, "light");
  await browser.open(server.url);
  await browser.until(`document.getElementById("state").dataset.state === "live"`);
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The heights of the columns of a chart, summed up. */
const filled = (figure: string) =>
  `[...document.querySelectorAll("#${figure} rect")].reduce((sum, each) => sum + each.height.baseVal.value, 0)`;

test("the chart, the histogram and the table show programs that start", async () => {
  const row = `[...document.querySelectorAll("tbody tr")].find((row) => row.cells[4].textContent.startsWith(${JSON.stringify(plain)}))`;
  await browser.until(
    `${filled("starts-chart")} > 0 && ${filled("run-times")} > 0 && ${row}?.cells[6].textContent === "done"`,
    act,
  );
  expect(await browser.evaluate(`${row}.cells[5].textContent`)).toMatch(/^[\d.]+ (µs|ms|s)$/);
  const columns = `document.querySelectorAll("#starts-chart rect").length`;
  const before = await browser.evaluate(columns);
  await browser.until(`${columns} > ${before}`, act);
});

test("packets are counted by protocol, and by size", async () => {
  await browser.until(
    `${filled("packets-chart")} > 0 && ${filled("sizes")} > 0 &&
     document.querySelector("#packets-chart rect[data-colour=green]") !== null`,
    act,
  );
  expect(await browser.evaluate(`document.getElementById("interface").textContent`)).toBe("lo");
});

test("the name of a program is always shown as text, not as HTML", async () => {
  await browser.until(
    `[...document.querySelectorAll("tbody tr")].some((row) =>
       row.cells[4].textContent.includes("<img src=x") && row.cells[6].textContent === "status 1" &&
       row.cells[6].className === "failed")`,
    act,
  );
  expect(await browser.evaluate(`document.querySelectorAll("table img").length`)).toBe(0);
  expect(await browser.evaluate("document.title")).toBe("Activity");
});

test("both colour schemes are readable", async () => {
  // Contrast by WCAG 2, of each text against the card or page that it is on.
  const contrast = `(() => {
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const light = (colour) => {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((each) =>
        each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      const colour = getComputedStyle(element).backgroundColor;
      return colour === "rgba(0, 0, 0, 0)" ? behind(element.parentElement) : colour;
    };
    return Math.min(...["h1", "dt", "dd", "dd b", "figcaption", ".legend li", "th", "td", "td.failed", "svg text", "#state"].map((each) => {
      const element = document.querySelector(each);
      const style = getComputedStyle(element);
      const [one, other] = [light(each === "svg text" ? style.fill : style.color), light(behind(element))];
      return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }));
  })()`;
  await browser.until(`document.querySelector("td.failed") !== null`, act);
  const background = () => browser.evaluate("getComputedStyle(document.body).backgroundColor");
  await browser.emulate(1200, 900, "light");
  const light = await background();
  expect(await browser.evaluate(contrast)).toBeGreaterThan(4.5);
  await browser.emulate(1200, 900, "dark");
  expect(await background()).not.toBe(light);
  expect(await browser.evaluate(contrast)).toBeGreaterThan(4.5);
});

test("a phone 360 pixels wide scrolls in one direction", async () => {
  await browser.emulate(360, 740, "light");
  await browser.until(`document.querySelectorAll("tbody tr").length > 0 && innerWidth === 360`);
  expect(await browser.evaluate("document.documentElement.scrollWidth")).toBe(360);
  const outside = `[...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > 360.5).map((each) => each.outerHTML.slice(0, 80))`;
  expect(await browser.evaluate(outside)).toEqual([]);
});

test("every thread of the server has lost its privileges", () => {
  for (const thread of readdirSync(`/proc/${server.pid}/task`)) {
    const status = readFileSync(`/proc/${server.pid}/task/${thread}/status`, "utf8");
    const value = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)?.[1];
    expect(value("Uid")).toMatch(/^(\d{3,})\t\1\t\1\t\1$/);
    expect(value("Gid")).toMatch(/^(\d{3,})\t\1\t\1\t\1$/);
    expect(value("Groups")?.trim()).toBe("");
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapAmb"]) expect(Number(`0x${value(set)}`)).toBe(0);
  }
});

test("the page logs no error", () => {
  expect(browser.errors).toEqual([]);
});

test("the page says that the server has ended, and both signals detach everything", async () => {
  const links = () => execFileSync("bpftool", ["net", "list", "dev", "lo"], { encoding: "utf8" });
  expect(links()).toMatch(/xdp:\s+lo/);
  expect(await server.stop("SIGINT")).toEqual({ code: 0, errors: "" });
  expect(links()).not.toMatch(/xdp:\s+lo/);
  await browser.until(`document.getElementById("state").dataset.state === "waiting"`);
  server = await startServer();
  expect(await server.stop("SIGTERM")).toEqual({ code: 0, errors: "" });
});
