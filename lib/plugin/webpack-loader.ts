import { load, type PluginOptions } from "./plugins.ts";

/** The part of the API of webpack and Rspack that the loader uses. */
interface Context {
  resourcePath: string;
  getOptions(): PluginOptions;
  addDependency(path: string): void;
}

/** The loader of webpack and Rspack for BPF sources and objects. */
export default function webpackLoader(this: Context): string {
  const { code, inputs } = load(this.resourcePath, this.getOptions());
  for (const input of inputs) this.addDependency(input);
  return code;
}
