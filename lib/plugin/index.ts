/** Plugins with which bundlers import BPF sources and objects, and copy the native addon next to a bundle. @module */
export {
  declarationsPath,
  type LoaderModule,
  type LoaderOptions,
  loaderFilter,
  loaderModule,
} from "./loader-module.ts";
export {
  type BunBuild,
  bun,
  type EsbuildBuild,
  esbuild,
  type PluginOptions,
  type RollupContext,
  type RollupPlugin,
  rollup,
  rollup as rolldown,
  rollup as vite,
  type WebpackCompiler,
  webpack,
  webpack as rspack,
} from "./plugins.ts";
