import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";

// biome-ignore lint/suspicious/noExplicitAny: what the protocol returns.
type Answer = any;

/** Debian's Chromium without a window. */
export const chromium = "/usr/bin/chromium-headless-shell";

/** Chromium with one page, driven by the DevTools protocol over a pair of pipes. */
export class Browser implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #session: string | undefined;
  #calls = 0;
  /** Exceptions, errors and warnings of the console, and refused requests. */
  readonly errors: string[] = [];

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    let rest = "";
    (child.stdio[4] as Readable).setEncoding("utf8").on("data", (chunk: string) => {
      const messages = (rest + chunk).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) this.#receive(JSON.parse(message));
    });
    // Writing fails, and reading too, once Chromium has ended: then its exit is the reason to report.
    for (const pipe of [child.stdio[3], child.stdio[4]]) pipe?.on("error", () => undefined);
    child.on("exit", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Chromium ended"));
    });
  }

  static async start(): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), "ebpf-chromium-"));
    // Chromium's sandbox refuses root. It sees pages of this repository alone.
    const args = ["--no-sandbox", "--remote-debugging-pipe", "--disable-gpu", `--user-data-dir=${folder}`];
    const child = spawn(chromium, args, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    await once(child, "spawn");
    const browser = new Browser(child, folder);
    const { targetId } = await browser.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.call("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = sessionId;
    for (const domain of ["Page", "Runtime", "Log"]) await browser.call(`${domain}.enable`);
    return browser;
  }

  /** Calls a method of the DevTools protocol. */
  call(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#calls;
    const message = { id, method, params, ...(this.#session && { sessionId: this.#session }) };
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  async open(url: string): Promise<void> {
    const { errorText } = await this.call("Page.navigate", { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
    await this.until(`location.href === ${JSON.stringify(url)} && document.readyState === "complete"`);
  }

  /** The value of an expression in the page, which can be a promise. */
  async evaluate(expression: string): Promise<Answer> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.call("Runtime.evaluate", params);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression in the page is true, and does something after each look at which it is not. */
  async until(expression: string, act: () => unknown = () => undefined): Promise<void> {
    while (!(await this.evaluate(expression))) {
      await act();
      await setTimeout(100);
    }
  }

  /** The size of the page in CSS pixels, and its colours. Nothing is animated. */
  async emulate(width: number, height: number, scheme: "light" | "dark", scale = 1): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: scale, mobile: width < 600 };
    await this.call("Emulation.setDeviceMetricsOverride", metrics);
    await this.call("Emulation.setScrollbarsHidden", { hidden: true });
    const features = [
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ];
    await this.call("Emulation.setEmulatedMedia", { features });
  }

  async screenshot(format: "png" | "webp", quality?: number): Promise<Buffer> {
    const { data } = await this.call("Page.captureScreenshot", { format, quality });
    return Buffer.from(data, "base64");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#session = undefined;
    this.call("Browser.close").catch(() => undefined);
    await ended;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #receive({ id, result, error, method, params }: Answer): void {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result);
    } else if (method === "Runtime.exceptionThrown") {
      this.errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    } else if (
      method === "Runtime.consoleAPICalled" &&
      ["error", "warning", "assert"].includes(params.type)
    ) {
      this.errors.push(params.args.map((each: Answer) => each.value ?? each.description).join(" "));
    } else if (method === "Log.entryAdded" && ["error", "warning"].includes(params.entry.level)) {
      this.errors.push(`${params.entry.text} ${params.entry.url ?? ""}`);
    }
  }
}
