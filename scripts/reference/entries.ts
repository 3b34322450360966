import { type DeclarationReflection, type ProjectReflection, ReflectionKind } from "typedoc";

/** The name that typedoc gives to lib/index.ts, which has no name of its own. */
const main = "index";

/**
 * Moves the names of the main entry from its module into the project, so that comments of all entries link to them by their
 * names alone. Before links are resolved.
 */
export function mergeMain(project: ProjectReflection): void {
  const module = project.children?.find(({ name }) => name === main);
  if (module === undefined) throw new Error(`typedoc has no module ${main}: see entryPoints in typedoc.json`);
  project.mergeReflections(module, project);
}

/** The other entries of the package, such as `ebpf/plugin`: a module each. */
export function otherEntries(project: ProjectReflection): DeclarationReflection[] {
  return (project.children ?? []).filter((child) => child.kindOf(ReflectionKind.Module));
}
