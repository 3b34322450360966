import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildOptions, Plugin } from "esbuild";

const root = join(import.meta.dirname, "../..");

/** Files find their neighbours, wherever the bundle is. */
const asInSource: Plugin = {
  name: "as-in-source",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      const text = readFileSync(file, "utf8")
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(file)))
        .replaceAll("import.meta.filename", JSON.stringify(file))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href));
      return { contents: text, loader: "ts" };
    });
  },
};

/** The files of test/ that tests run in other processes and in workers, by their paths from the root. */
export function childFiles(): string[] {
  return readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && basename(dirname(file)) === "children")
    .map((file) => join("test", file));
}

/** How files of test/ are bundled: below `outdir`, each has the path of its source, and ends with .mjs. */
export function bundleOptions(outdir: string) {
  return {
    absWorkingDir: root,
    outbase: ".",
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.19",
    // An error's name is its class's.
    keepNames: true,
    logLevel: "error",
    plugins: [asInSource],
  } satisfies BuildOptions;
}
