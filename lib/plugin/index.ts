/**
 * Plugins with which bundlers import BPF sources and objects, and copy the native addon next to a bundle: esbuild, Rollup,
 * Rolldown, Vite, webpack, Rspack and Bun. For other bundlers, {@link loaderModule} generates the module of one import.
 *
 * @example
 * ```ts
 * import { loaderFilter, loaderModule } from "ebpf/plugin";
 * // The hook of a bundler that is not listed.
 * export function load(path: string): string | undefined {
 *   return loaderFilter.test(path) ? loaderModule(path).code : undefined;
 * }
 * ```
 *
 * @module ebpf/plugin
 */
export {
  declarationsPath,
  type LoaderModule,
  type LoaderOptions,
  loaderFilter,
  loaderModule,
} from "./loader-module.ts";
export {
  type BunBuild,
  type BunPlugin,
  bun,
  type EsbuildBuild,
  type EsbuildPlugin,
  esbuild,
  type PluginOptions,
  type RollupContext,
  type RollupModule,
  type RollupPlugin,
  rollup,
  rollup as rolldown,
  rollup as vite,
  type WebpackCompiler,
  type WebpackPlugin,
  webpack,
  webpack as rspack,
} from "./plugins.ts";
