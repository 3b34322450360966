import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

const root = join(import.meta.dirname, "../..");

/** The file as JavaScript. Tests have it, from test/support/bundle-children.ts or from the run over all kernels. */
function bundled(file: string): string | undefined {
  const folder = process.env["EBPF_TEST_CHILDREN"] ?? process.env["EBPF_BUNDLED_TESTS"];
  return folder === undefined ? undefined : join(folder, relative(root, file)).replace(/\.ts$/, ".mjs");
}

/** What Node is started with to run a file of TypeScript in a folder `children`. */
export function scriptArguments(file: string): string[] {
  const script = bundled(file);
  return script === undefined ? ["--import", "tsx", file] : [script];
}

/** A worker that runs a file of TypeScript in a folder `children`. */
export function scriptWorker(file: string, options: WorkerOptions = {}): Worker {
  const script = bundled(file);
  if (script !== undefined) return new Worker(script, options);
  // In Node 20 a worker is not handed the loader of TypeScript.
  const url = JSON.stringify(pathToFileURL(file).href);
  const boot = `import("tsx/esm/api").then(({ register }) => (register(), import(${url})))`;
  return new Worker(boot, { ...options, eval: true });
}
