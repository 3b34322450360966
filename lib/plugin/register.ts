/**
 * Makes `import "./counter.bpf.c"` and `import "./counter.bpf.o"` work at run time. It is loaded before the program, and
 * exports nothing: `node --import ebpf/register main.js`, `bun --preload ebpf/register main.ts`. A C file needs
 * clang.
 *
 * @example
 * ```ts
 * // setup.ts: the same from a file that is imported before all others
 * import "ebpf/register";
 * ```
 *
 * @module ebpf/register
 */
import * as nodeModule from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../files/package-root.ts";
import { moduleOf } from "./hooks.ts";
import { bun } from "./plugins.ts";

interface RegisterHooks {
  registerHooks?(hooks: {
    load(url: string, context: unknown, next: (url: string, context: unknown) => unknown): unknown;
  }): void;
}

interface WithBun {
  Bun?: { plugin(plugin: unknown): void };
}

const { Bun } = globalThis as WithBun;
// Node 22.15 and 23.5: on the main thread, and also for require().
const { registerHooks } = nodeModule as RegisterHooks;
if (Bun !== undefined) Bun.plugin(bun());
else if (registerHooks !== undefined)
  registerHooks({ load: (url, context, next) => moduleOf(url) ?? next(url, context) });
else nodeModule.register(pathToFileURL(join(packageRoot() ?? "", "dist/plugin/hooks.js")));
