import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { checkBoolean, optional, optionsOf, type Schema } from "../arguments/index.ts";
import { write } from "../codegen/output.ts";
import { packageRoot } from "../files/package-root.ts";
import { addonFiles, isOwnModule } from "./addon-files.ts";
import {
  declarationsPath,
  type LoaderModule,
  type LoaderOptions,
  loaderFilter,
  loaderModule,
  loaderSchema,
} from "./loader-module.ts";

/** Options of the plugins. */
export interface PluginOptions extends LoaderOptions {
  /** Whether to write the types of each import next to the source, as `counter.bpf.d.c.ts`. Default: true. */
  declarations?: boolean;
}

const pluginSchema: Schema<PluginOptions> = { ...loaderSchema, declarations: optional(checkBoolean) };
const checkOptions = optionsOf(pluginSchema);

/** Generates a loader, and writes its types. */
export function load(path: string, options: PluginOptions): LoaderModule {
  const { declarations, ...rest } = checkOptions(options, "ebpf/plugin");
  const module = loaderModule(path, rest);
  if (declarations !== false) write({ path: declarationsPath(path), contents: module.declarations });
  return module;
}

/** The part of esbuild's API that the plugin uses. */
export interface EsbuildBuild {
  /** The options of the build, of which the plugin reads where the bundle is written. */
  initialOptions: {
    /** The folder of the bundle. */
    outdir?: string;
    /** The file of the bundle, instead of `outdir`. */
    outfile?: string;
    /** The folder that relative paths start from. */
    absWorkingDir?: string;
    /** False: esbuild writes nothing, and the plugin copies no addon. */
    write?: boolean;
  };
  /** Registers a function that loads the files whose paths match. */
  onLoad(
    options: { filter: RegExp },
    callback: (args: {
      path: string;
    }) => { contents: string; loader: "js"; resolveDir: string; watchFiles: string[] } | undefined,
  ): void;
  /** Registers a function that runs after the build. */
  onEnd(callback: () => void): void;
}

/** What {@link esbuild} returns. */
export interface EsbuildPlugin {
  /** `ebpf`. */
  name: string;
  /** Called by esbuild. */
  setup(build: EsbuildBuild): void;
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
export function esbuild(options: PluginOptions = {}): EsbuildPlugin {
  checkOptions(options, "ebpf/plugin");
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
  /** Makes watch mode build again when the file changes. */
  addWatchFile(path: string): void;
  /** Adds a file to the output. */
  emitFile(file: { type: "asset"; fileName: string; source: Uint8Array }): string;
}

/** A module that {@link RollupPlugin} loads. */
export interface RollupModule {
  /** JavaScript. */
  code: string;
  /** There is no source map. */
  map: null;
}

/** What {@link rollup} returns. */
export interface RollupPlugin {
  /** `ebpf`. */
  name: string;
  /** For Vite: run before other plugins, some of which would read the C file. */
  enforce: "pre";
  /** Returns the loader for a BPF source or object, and undefined for other files. */
  load(this: RollupContext, id: string): RollupModule | undefined;
  /** Runs last: Vite removes the assets that were emitted before from a bundle for servers. */
  generateBundle: {
    /** After the hooks of other plugins. */
    order: "post";
    /** Adds the addon to the output. */
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
  checkOptions(options, "ebpf/plugin");
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
  /** The configuration, to which the plugin adds a rule. */
  options: {
    /** How files are loaded. */
    module: {
      /** The rules by file name. */
      rules: unknown[];
    };
  };
}

/** What {@link webpack} returns. */
export interface WebpackPlugin {
  /** Called by webpack and Rspack. */
  apply(compiler: WebpackCompiler): void;
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
export function webpack(options: PluginOptions = {}): WebpackPlugin {
  checkOptions(options, "ebpf/plugin");
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
  /** Registers a function that loads the files whose paths match. */
  onLoad(
    options: { filter: RegExp },
    callback: (args: { path: string }) => { contents: string; loader: "js" },
  ): void;
}

/** What {@link bun} returns. */
export interface BunPlugin {
  /** `ebpf`. */
  name: string;
  /** Called by Bun. */
  setup(build: BunBuild): void;
}

/**
 * The plugin for `Bun.build` and `Bun.plugin`: makes `import "./counter.bpf.c"` work. Copy the addon next to the bundle:
 * `cp -r node_modules/ebpf/prebuilds out/`.
 *
 * @example
 * ```ts
 * import { bun as ebpf } from "ebpf/plugin";
 * declare const Bun: { build(options: object): Promise<unknown> };
 * await Bun.build({ entrypoints: ["main.ts"], target: "bun", outdir: "out", plugins: [ebpf()] });
 * ```
 */
export function bun(options: PluginOptions = {}): BunPlugin {
  checkOptions(options, "ebpf/plugin");
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
