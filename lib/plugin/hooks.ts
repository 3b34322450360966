import { fileURLToPath } from "node:url";
import { loaderFilter } from "./loader-module.ts";
import { load as generate } from "./plugins.ts";

interface Loaded {
  format: string;
  source?: string;
  shortCircuit?: boolean;
}

/** The module for a URL; undefined if the URL is not a BPF source or object. */
export function moduleOf(url: string): Loaded | undefined {
  const { protocol, pathname } = new URL(url);
  if (protocol !== "file:" || !loaderFilter.test(pathname)) return undefined;
  const { code } = generate(fileURLToPath(url), {});
  return { format: "module", source: code, shortCircuit: true };
}

/** The hook of Node's module.register(), for versions without module.registerHooks(). */
export function load(
  url: string,
  context: unknown,
  next: (url: string, context: unknown) => Promise<Loaded>,
): Loaded | Promise<Loaded> {
  return moduleOf(url) ?? next(url, context);
}
