import {
  Comment,
  DeclarationReflection,
  type Logger,
  type ProjectReflection,
  ReflectionGroup,
  ReflectionKind,
} from "typedoc";
import { otherEntries } from "./entries.ts";
import { type Topic, topics } from "./topics.ts";

const groups: readonly (readonly [title: string, kinds: number])[] = [
  ["Namespaces", ReflectionKind.Namespace],
  ["Classes", ReflectionKind.Class],
  ["Functions", ReflectionKind.Function],
  ["Values", ReflectionKind.Variable | ReflectionKind.Reference],
  ["Types", ReflectionKind.Interface | ReflectionKind.TypeAlias],
];

/**
 * Moves each public name of the main entry into the topic of its folder of lib/: one module for each topic. The other entries
 * follow. Returns the modules of the topics.
 */
export function sortIntoTopics(
  project: ProjectReflection,
  logger: Logger,
): Map<DeclarationReflection, Topic> {
  const entries = otherEntries(project);
  const topicOf = new Map(topics.flatMap((topic) => topic.folders.map((folder) => [folder, topic] as const)));
  const byTopic = new Map<Topic, DeclarationReflection[]>(topics.map((topic) => [topic, []]));
  for (const name of project.children ?? []) {
    if (entries.includes(name)) continue;
    const folder = folderOf(name);
    const topic = topicOf.get(folder);
    if (topic) byTopic.get(topic)?.push(name);
    else logger.error(`${name.name}: no topic of scripts/reference/topics.ts has the folder lib/${folder}`);
  }
  const modules = new Map([...byTopic].map(([topic, names]) => [moduleOf(project, topic, names), topic]));
  for (const entry of entries) group(entry, entry.children ?? []);
  const ofMain = [...modules.keys()];
  project.children = [...ofMain, ...entries];
  project.childrenIncludingDocuments = project.children;
  project.groups = [grouped("Topics", project, ofMain), grouped("Other entries", project, entries)];
  return modules;
}

/** The folder of lib/ that declares a public name. */
function folderOf(name: DeclarationReflection): string {
  const target = name.isReference() ? name.getTargetReflectionDeep() : name;
  const file = name.project.getSymbolIdFromReflection(target)?.packagePath ?? "";
  return /^lib\/([\w-]+)/.exec(file)?.[1] ?? file;
}

function moduleOf(
  project: ProjectReflection,
  topic: Topic,
  names: readonly DeclarationReflection[],
): DeclarationReflection {
  const module = new DeclarationReflection(topic.title, ReflectionKind.Module, project);
  module.comment = new Comment([{ kind: "text", text: topic.summary }]);
  project.registerReflection(module, undefined, undefined);
  const sorted = names.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
  for (const name of sorted) {
    name.parent = module;
    module.addChild(name);
  }
  group(module, sorted);
  return module;
}

/** Puts the names of a module into its groups. */
function group(module: DeclarationReflection, names: readonly DeclarationReflection[]): void {
  module.groups = groups.flatMap(([title, kinds]) => {
    const ofKind = names.filter((name) => name.kindOf(kinds));
    return ofKind.length === 0 ? [] : [grouped(title, module, ofKind)];
  });
}

function grouped(
  title: string,
  owner: DeclarationReflection | ProjectReflection,
  children: DeclarationReflection[],
): ReflectionGroup {
  const group = new ReflectionGroup(title, owner);
  group.children = children;
  return group;
}
