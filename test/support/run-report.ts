import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Reporter, TestProject, Vitest } from "vitest/node";
import { kernelObjectKeys } from "./kernel-objects.ts";

/** A reason outside of the tests for which a run fails. Vitest's JSON report has none of them. */
export interface Outside {
  text: string;
  /** The test file that ran at that time. */
  file?: string;
}

type Errors = Parameters<NonNullable<Reporter["onTestRunEnd"]>>[1];

/** Writes beside the JSON report, as `*-run.json`, why a run fails in which no test failed. */
export class RunReporter implements Reporter {
  readonly #path: string | undefined;
  readonly #root: string;
  /** Objects of the kernel, each with the test file that ran when it was created. */
  readonly #makers = new Map<string, string | undefined>();
  readonly #outside: Outside[] = [];
  /** After the end of the run: the file whose process ended before the file did. */
  #running: string | undefined;

  constructor({ config: { outputFile, root } }: Vitest, before: Iterable<string>) {
    const json = typeof outputFile === "string" ? outputFile : outputFile?.json;
    this.#path = json?.replace(/\.json$/, "-run.json");
    this.#root = root;
    for (const key of before) this.#makers.set(key, undefined);
  }

  onTestModuleStart({ moduleId }: { moduleId: string }): void {
    this.#running = moduleId;
  }

  onTestModuleEnd({ moduleId }: { moduleId: string }): void {
    this.#running = undefined;
    for (const key of kernelObjectKeys()) if (!this.#makers.has(key)) this.#makers.set(key, moduleId);
  }

  /** @param errors - Rejections that nothing handles, workers that ended, and what else no test can report. */
  onTestRunEnd(_modules: unknown, errors: Errors): void {
    for (const error of errors)
      this.#add(String(error["type"]), textOf(error), fileOf(error) ?? this.#running);
    this.#write();
  }

  /** Adds what the run left in the kernel, and returns it as lines of text. */
  async left(objects: ReadonlyMap<string, string>): Promise<string[]> {
    if (objects.size === 0) return [];
    // It imports half of the library, and runs seldom leave anything.
    const { holdersOf } = await import("./holders.ts");
    const holders = holdersOf([...objects.keys()]);
    const lines = [...objects].map(([key, name]) => {
      const held = holders.get(key)?.join(", ") || "no process, pin, program or link";
      return this.#add("left in the kernel", `${key} (${name}), held by ${held}`, this.#makers.get(key));
    });
    this.#write();
    return lines;
  }

  #add(kind: string, what: string, path: string | undefined): string {
    const file = path === undefined ? undefined : relative(this.#root, resolve(this.#root, path));
    const text = `${kind} (${file ?? "no known file"}): ${what}`;
    this.#outside.push({ text, ...(file !== undefined && { file }) });
    return text;
  }

  #write(): void {
    if (this.#path !== undefined) writeFileSync(this.#path, JSON.stringify(this.#outside, undefined, 2));
  }
}

/** Adds a reporter to those that a run was started with. */
export function addReporter({ vitest }: TestProject, reporter: Reporter): void {
  // --reporter replaces the reporters of the configuration, and Vitest's types do not have this property.
  (vitest as unknown as { reporters: Reporter[] }).reporters.push(reporter);
}

function textOf({ stack, message, cause }: Errors[number]): string {
  const reason = (cause as Partial<Error> | undefined)?.message;
  return [stack ?? message, reason && `cause: ${reason}`].filter(Boolean).join("\n");
}

/** Errors that happen in a worker have the test file that it ran. */
function fileOf(error: Errors[number]): string | undefined {
  const path = error["VITEST_TEST_PATH"];
  return typeof path === "string" ? path : undefined;
}
