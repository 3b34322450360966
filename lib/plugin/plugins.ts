import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { write } from "../codegen/output.ts";
import { packageRoot } from "../files/package-root.ts";
import { addonFiles, isOwnModule } from "./addon-files.ts";
import {
  declarationsPath,
  type LoaderModule,
  type LoaderOptions,
  loaderFilter,
  loaderModule,
} from "./loader-module.ts";

/** Options of the plugins. */
export interface PluginOptions extends LoaderOptions {
  /** Whether to write the types of each import next to the source, as `counter.bpf.d.c.ts`. Default: true. */
  declarations?: boolean;
}

/** Generates a loader, and writes its types. */
export function load(path: string, options: PluginOptions): LoaderModule {
  const module = loaderModule(path, options);
  if (options.declarations !== false) write({ path: declarationsPath(path), contents: module.declarations });
  return module;
}

/** The part of esbuild's API that the plugin uses. */
export interface EsbuildBuild {
  initialOptions: { outdir?: string; outfile?: string; absWorkingDir?: string; write?: boolean };
  onLoad(
    options: { filter: RegExp },
    callback: (args: {
      path: string;
    }) => { contents: string; loader: "js"; resolveDir: string; watchFiles: string[] } | undefined,
  ): void;
  onEnd(callback: () => void): void;
}

/**
 * The plugin for esbuild. It makes `import "./counter.bpf.c"` work, and copies the addon next to the bundle.
 *
 * @example
 * ```ts
 * import { build } from "esbuild";
 * import { esbuild as ebpf } from "ebpf/plugin";
 * await build({ entryPoints: ["main.ts"], bundle: true, platform: "node", outdir: "out", plugins: [ebpf()] });
 * ```
 */
export function esbuild(options: PluginOptions = {}): { name: string; setup(build: EsbuildBuild): void } {
  return {
    name: "ebpf",
    setup(build) {
      let included = false;
      build.onLoad({ filter: loaderFilter }, ({ path }) => {
        const { code, inputs } = load(path, options);
        return { contents: code, loader: "js", resolveDir: dirname(path), watchFiles: [...inputs] };
      });
      build.onLoad({ filter: /\.js$/ }, ({ path }) => {
        included ||= isOwnModule(path);
        return undefined;
      });
      build.onEnd(() => {
        const { outdir, outfile, absWorkingDir = "", write: writes } = build.initialOptions;
        const output = outdir ?? (outfile === undefined ? undefined : dirname(outfile));
        if (!included || output === undefined || writes === false) return;
        for (const { name, path } of addonFiles()) {
          const target = join(resolve(absWorkingDir, output), name);
          mkdirSync(dirname(target), { recursive: true });
          cpSync(path, target);
        }
      });
    },
  };
}

/** The part of the API of Rollup, Rolldown and Vite that the plugin uses. */
export interface RollupContext {
  addWatchFile(path: string): void;
  emitFile(file: { type: "asset"; fileName: string; source: Uint8Array }): string;
}

/** A plugin for Rollup, Rolldown and Vite. */
export interface RollupPlugin {
  name: string;
  enforce: "pre";
  load(this: RollupContext, id: string): { code: string; map: null } | undefined;
  /** Runs last: Vite removes the assets that were emitted before from a bundle for servers. */
  generateBundle: {
    order: "post";
    handler(
      this: RollupContext,
      output: unknown,
      bundle: Record<string, { type: string; modules?: Record<string, unknown> }>,
    ): void;
  };
}

/**
 * The plugin for Rollup, Rolldown and Vite. It makes `import "./counter.bpf.c"` work, and copies the addon next to the
 * bundle if the bundle includes this package.
 *
 * @example
 * ```ts
 * // vite.config.ts
 * import { vite as ebpf } from "ebpf/plugin";
 * export default { plugins: [ebpf()], build: { ssr: "main.ts" }, ssr: { noExternal: true } };
 * ```
 */
export function rollup(options: PluginOptions = {}): RollupPlugin {
  return {
    name: "ebpf",
    enforce: "pre",
    load(id) {
      const path = id.replace(/\?.*$/s, "");
      if (!loaderFilter.test(path)) return undefined;
      const { code, inputs } = load(path, options);
      for (const input of inputs) this.addWatchFile(input);
      return { code, map: null };
    },
    generateBundle: {
      order: "post",
      handler(_output, bundle) {
        const included = Object.values(bundle).some(({ modules = {} }) =>
          Object.keys(modules).some(isOwnModule),
        );
        if (!included) return;
        for (const { name, path } of addonFiles())
          this.emitFile({ type: "asset", fileName: name, source: readFileSync(path) });
      },
    },
  };
}

/** The part of the API of webpack and Rspack that the plugin uses. */
export interface WebpackCompiler {
  options: { module: { rules: unknown[] } };
}

/**
 * The plugin for webpack and Rspack: makes `import "./counter.bpf.c"` work. Both copy the addon next to the bundle
 * themselves.
 *
 * @example
 * ```ts
 * import { webpack as ebpf } from "ebpf/plugin";
 * export default { target: "node", entry: "./main.js", plugins: [ebpf()] };
 * ```
 */
export function webpack(options: PluginOptions = {}): { apply(compiler: WebpackCompiler): void } {
  const loader = join(packageRoot() ?? "", "dist/plugin/webpack-loader.js");
  return {
    apply(compiler) {
      compiler.options.module.rules.push({
        test: loaderFilter,
        type: "javascript/auto",
        use: [{ loader, options }],
      });
    },
  };
}

/** The part of Bun's API that the plugin uses. */
export interface BunBuild {
  onLoad(
    options: { filter: RegExp },
    callback: (args: { path: string }) => { contents: string; loader: "js" },
  ): void;
}

/**
 * The plugin for `Bun.build` and `Bun.plugin`: makes `import "./counter.bpf.c"` work. Copy the addon next to the bundle
 * yourself.
 */
export function bun(options: PluginOptions = {}): { name: string; setup(build: BunBuild): void } {
  return {
    name: "ebpf",
    setup(build) {
      build.onLoad({ filter: loaderFilter }, ({ path }) => ({
        contents: load(path, options).code,
        loader: "js",
      }));
    },
  };
}
