// Runs the tests that need no kernel on a big-endian processor, by QEMU's user mode: tsx scripts/test-big-endian [WORD...]
// WORD: only files whose path has the word. Needs qemu-user and libstdc++6-s390x-cross; Node.js comes from npm.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { root } from "../root.ts";
import { nodeFor } from "../test-packaging/tools.ts";

const folder = path.join(root, ".build/big-endian");

/** Rooms whose code reads and writes bytes. */
const rooms = ["btf", "codec", "elf"];

/** Files that load the addon, or start Node.js or a compiled program, which QEMU's user mode cannot. */
const without = ["isolated.test.ts", "no-eval.test.ts", "property.test.ts"];

const words = process.argv.slice(2);
const files = rooms
  .flatMap((room) =>
    readdirSync(path.join(root, "test", room), { recursive: true, encoding: "utf8" }).map(
      (file) => `test/${room}/${file}`,
    ),
  )
  .filter((file) => file.endsWith(".test.ts") && !without.includes(path.basename(file)))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));

/** Files find their neighbours, wherever the bundle is, and the tests find what they use of vitest. */
const asInSource: Plugin = {
  name: "as-in-source",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^vitest$/ }, () => ({ path: path.join(import.meta.dirname, "vitest.ts") }));
    onLoad({ filter: /\/(test|lib|scripts)\/.*\.ts$/ }, ({ path: file }) => {
      const text = readFileSync(file, "utf8")
        .replaceAll("import.meta.dirname", JSON.stringify(path.dirname(file)))
        .replaceAll("import.meta.filename", JSON.stringify(file))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href));
      return { contents: text, loader: "ts" };
    });
  },
};

rmSync(folder, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: [path.join(import.meta.dirname, "guest.ts"), ...files],
  outdir: folder,
  outbase: root,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.11",
  keepNames: true,
  external: ["node-gyp-build", "typescript", "esbuild", "yaml"],
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  logLevel: "error",
  plugins: [asInSource],
});
const bundled = (file: string): string => path.join(folder, file.replace(/\.ts$/, ".mjs"));
const { status } = spawnSync(
  "qemu-s390x",
  [nodeFor("s390x", "20.11.0"), bundled("scripts/test-big-endian/guest.ts"), ...files.map(bundled)],
  { cwd: root, stdio: "inherit", env: { ...process.env, QEMU_LD_PREFIX: "/usr/s390x-linux-gnu" } },
);
process.exitCode = status ?? 1;
