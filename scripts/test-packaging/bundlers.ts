import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Case, Lab } from "./case.ts";
import {
  bun,
  bunVersion,
  deno,
  denoVersion,
  nextVersions,
  node,
  nodes,
  project,
  tools,
  versions,
} from "./tools.ts";

/** Runs a build script, whose bundler is not installed in the project. The package is. */
function build(lab: Lab, script: string, executable = process.execPath): void {
  lab.installed();
  lab.write("build.mjs", script);
  lab.command(executable, ["build.mjs"], { env: { NODE_ENV: "production" } });
}

/** An import of a tool by its path. */
function from(name: string, entry: string): string {
  return JSON.stringify(pathToFileURL(path.join(tools(), "node_modules", name, entry)).href);
}

const esbuild = `import { build } from ${from("esbuild", "lib/main.js")};`;
const plugin = 'import { PLUGIN as ebpf } from "ebpf/plugin";';
const pluginOf = (name: string): string => plugin.replace("PLUGIN", name);

const esbuildCases = (["esm", "cjs"] as const).map((format): Case => {
  const file = format === "esm" ? "main.mjs" : "main.cjs";
  return {
    group: "bundlers",
    tool: `esbuild ${versions.esbuild}, ${format === "esm" ? "ES module" : "CommonJS"}`,
    how: "`plugins: [ebpf()]`",
    short: true,
    run(lab) {
      build(
        lab,
        `${esbuild} ${pluginOf("esbuild")}
        await build({ entryPoints: ["source.mjs"], outfile: "out/${file}", bundle: true, platform: "node",
          format: "${format}", logLevel: "error", logOverride: { "empty-import-meta": "silent" }, plugins: [ebpf()] });`,
      );
      lab.expectOkAlone("out", process.execPath, [file]);
    },
  };
});

function packCase(name: "webpack" | "@rspack/core", tool: string, entry: string, exported: string): Case {
  return {
    group: "bundlers",
    tool: `${tool} ${versions[name]}`,
    how: '`target: "node"`; `plugins: [ebpf()]` to import C',
    short: name === "webpack",
    run(lab) {
      build(
        lab,
        `import * as bundler from ${from(name, entry)}; ${pluginOf(exported)}
        const make = bundler.rspack ?? bundler.default;
        const stats = await new Promise((done, fail) => make({ mode: "production", target: "node", context: process.cwd(),
          entry: { source: "./source.mjs", object: "./object.mjs" }, plugins: [ebpf()],
          output: { path: process.cwd() + "/out", filename: "[name].cjs" } }, (error, stats) => error ? fail(error) : done(stats)));
        if (stats.hasErrors()) throw new Error(stats.toString());`,
      );
      lab.expectOkAlone("out", process.execPath, ["source.cjs"]);
      lab.expectOkAlone("out", process.execPath, ["object.cjs", lab.object]);
    },
  };
}

export const bundlers: readonly Case[] = [
  ...esbuildCases,
  {
    group: "bundlers",
    tool: `esbuild ${versions.esbuild}, without the plugin`,
    how: "`cp -r node_modules/ebpf/prebuilds out/`",
    run(lab) {
      build(
        lab,
        `${esbuild}
        await build({ entryPoints: ["object.mjs"], outfile: "out/main.mjs", bundle: true, platform: "node", format: "esm" });`,
      );
      copyPrebuilds(lab);
      lab.expectOkAlone("out", process.execPath, ["main.mjs", lab.object]);
    },
  },
  {
    group: "bundlers",
    tool: `Rollup ${versions.rollup}`,
    how: "`plugins: [nodeResolve(), ebpf()]`",
    run(lab) {
      build(
        lab,
        `import { rollup } from ${from("rollup", "dist/es/rollup.js")};
        import nodeResolve from ${from("@rollup/plugin-node-resolve", "dist/es/index.js")}; ${pluginOf("rollup")}
        const bundle = await rollup({ input: "source.mjs", plugins: [nodeResolve(), ebpf()], external: /^node:/ });
        await bundle.write({ dir: "out", format: "es", entryFileNames: "[name].mjs" });`,
      );
      lab.expectOkAlone("out", process.execPath, ["source.mjs"]);
    },
  },
  {
    group: "bundlers",
    tool: `Vite ${versions.vite}, SSR`,
    how: "`plugins: [ebpf()]`, `ssr: { noExternal: true }`",
    short: true,
    run(lab) {
      build(
        lab,
        `import { build } from ${from("vite", "dist/node/index.js")}; ${pluginOf("vite")}
        await build({ logLevel: "error", plugins: [ebpf()], ssr: { noExternal: true },
          build: { ssr: "source.mjs", outDir: "out", emptyOutDir: true } });`,
      );
      lab.expectOkAlone("out", process.execPath, ["source.js"]);
    },
  },
  {
    group: "bundlers",
    tool: `Vite ${versions.vite}, library`,
    how: '`build: { lib: …, rolldownOptions: { external: ["ebpf", /^node:/] } }`',
    run(lab) {
      build(
        lab,
        `import { build } from ${from("vite", "dist/node/index.js")}; ${pluginOf("vite")}
        await build({ logLevel: "error", plugins: [ebpf()], build: { outDir: "out", minify: false, target: "node20",
          lib: { entry: "source.mjs", formats: ["es"], fileName: "source" },
          rolldownOptions: { external: [/^ebpf/, /^node:/] } } });`,
      );
      lab.expectOk(process.execPath, ["out/source.js"]);
    },
  },
  packCase("webpack", "webpack", "lib/index.js", "webpack"),
  packCase("@rspack/core", "Rspack", "dist/index.js", "rspack"),
  {
    group: "bundlers",
    tool: `Bun ${bunVersion}`,
    how: "`bun build --target bun`, and `cp -r node_modules/ebpf/prebuilds out/`",
    run(lab) {
      lab.installed();
      lab.command(bun(), ["build", "--target", "bun", "--outdir", "out", "object.mjs"]);
      copyPrebuilds(lab);
      lab.expectOkAlone("out", bun(), ["object.js", lab.object]);
    },
  },
  {
    group: "bundlers",
    tool: `Bun ${bunVersion}, executable`,
    how: "`bun build --compile`, and `cp -r node_modules/ebpf/prebuilds out/`",
    run(lab) {
      lab.installed();
      lab.command(bun(), ["build", "--compile", "--outfile", "out/app", "object.mjs"]);
      copyPrebuilds(lab);
      lab.expectOkAlone("out", "./app", [lab.object]);
    },
  },
  {
    group: "bundlers",
    tool: `Deno ${denoVersion}, executable`,
    how: "`deno compile --no-check --allow-all`",
    run(lab) {
      lab.installed();
      lab.command(deno(), ["compile", "--no-check", "--allow-all", "--output", "out/app", "object.mjs"]);
      lab.expectOkAlone("out", "./app", [lab.object]);
    },
  },
  {
    group: "bundlers",
    tool: `Node.js ${nodes[nodes.length - 1]}, single executable`,
    how: '`"assets": { "ebpf.node": "node_modules/ebpf/prebuilds/linux-x64/ebpf.glibc.node" }`',
    run(lab) {
      build(
        lab,
        `${esbuild}
        await build({ entryPoints: ["object.mjs"], outfile: "out/main.cjs", bundle: true, platform: "node", format: "cjs",
          logOverride: { "empty-import-meta": "silent" } });`,
      );
      const addon = `node_modules/ebpf/prebuilds/linux-${process.arch}/ebpf.glibc.node`;
      lab.write(
        "sea.json",
        JSON.stringify({
          main: "out/main.cjs",
          output: "alone/app",
          disableExperimentalSEAWarning: true,
          assets: { "ebpf.node": addon },
        }),
      );
      lab.command("mkdir", ["alone"]);
      lab.command(node(nodes[nodes.length - 1] as string), ["--build-sea", "sea.json"]);
      lab.expectOkAlone("alone", "./app", [lab.object]);
    },
  },
  {
    group: "bundlers",
    tool: `@vercel/nft ${versions["@vercel/nft"]}`,
    how: "traces the files of `main.mjs`",
    short: true,
    run(lab) {
      build(
        lab,
        `import { nodeFileTrace } from ${from("@vercel/nft", "out/index.js")};
        import { cpSync } from "node:fs";
        const { fileList } = await nodeFileTrace(["object.mjs"], { base: process.cwd() });
        for (const file of fileList) cpSync(file, "out/" + file);
        cpSync("package.json", "out/package.json");`,
      );
      lab.expectOkAlone("out", process.execPath, ["object.mjs", lab.object]);
    },
  },
  {
    group: "bundlers",
    tool: `Next.js ${nextVersions.next}, standalone`,
    how: '`serverExternalPackages: ["ebpf"]`, `output: "standalone"`',
    run(lab) {
      lab.installed();
      next(lab);
      lab.expectOkAlone(".next/standalone", process.execPath, ["render.mjs", lab.object]);
    },
  },
];

/** The line for bundlers that neither the plugin nor a rewritten URL serves. */
function copyPrebuilds(lab: Lab): void {
  const prebuilds = path.join(lab.project, "node_modules/ebpf/prebuilds");
  cpSync(prebuilds, path.join(lab.project, "out/prebuilds"), { recursive: true });
}

/** Builds an application whose page loads a BPF program. */
function next(lab: Lab): void {
  const folder = path.join(project("next", nextVersions), "node_modules");
  cpSync(folder, path.join(lab.project, "node_modules"), { recursive: true, verbatimSymlinks: true });
  lab.write("next.config.mjs", 'export default { output: "standalone", serverExternalPackages: ["ebpf"] };');
  lab.write("app/layout.js", "export default ({ children }) => <html><body>{children}</body></html>;");
  lab.write(
    "app/page.js",
    `import { CollectionSpec } from "ebpf";
    export const dynamic = "force-dynamic";
    export default async function Page() {
      const coll = await CollectionSpec.fromFile(process.env.OBJECT).load();
      const names = Object.keys(coll.maps).join();
      coll.close();
      return <p>packaging: {names.includes("counter") ? "ok" : "failed"}</p>;
    }`,
  );
  lab.command(process.execPath, ["node_modules/next/dist/bin/next", "build"], {
    env: { NEXT_TELEMETRY_DISABLED: "1" },
  });
  // Starts the server of the standalone output, and prints the page.
  writeFileSync(
    path.join(lab.project, ".next/standalone/render.mjs"),
    `process.env.PORT = "0"; process.env.HOSTNAME = "127.0.0.1"; process.env.OBJECT = process.argv[2];
    const { Server } = await import("node:http");
    const listening = new Promise((done) => {
      const { listen } = Server.prototype;
      Server.prototype.listen = function (...args) { this.once("listening", () => done(this.address().port)); return listen.apply(this, args); };
    });
    await import("./server.js");
    const page = await fetch("http://127.0.0.1:" + (await listening));
    console.log((await page.text()).replaceAll("<!-- -->", ""));
    process.exit();`,
  );
}
