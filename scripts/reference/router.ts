import { type PageDefinition, type ProjectReflection, type Reflection, ReflectionKind } from "typedoc";
import { MemberRouter } from "typedoc-plugin-markdown";
import { sortIntoTopics } from "./sort.ts";

/** Which names have a page: topics, namespaces, classes and the functions of `link`. Others are on the page of their topic. */
export class TopicRouter extends MemberRouter {
  private topics: ReturnType<typeof sortIntoTopics> = new Map();

  // Not earlier: links in comments and the options of typedoc.json name a public name without its topic.
  override buildPages(project: ProjectReflection): PageDefinition[] {
    this.topics = sortIntoTopics(project, this.application.logger);
    return super.buildPages(project);
  }

  override buildChildPages(reflection: Reflection, pages: PageDefinition[]): void {
    if (hasPage(reflection) || !this.getPageKind(reflection)) super.buildChildPages(reflection, pages);
    else this.buildAnchors(reflection, reflection.parent as Reflection);
  }

  override getIdealBaseName(reflection: Reflection): string {
    const topic = [...this.topics].find(([module]) => module === reflection)?.[1];
    if (topic) return `${topic.path}/index`;
    if (reflection.kindOf(ReflectionKind.Module)) return `${reflection.name.replace("ebpf/", "")}/index`;
    const folder = this.getIdealBaseName(reflection.parent as Reflection).replace(/\/index$/, "");
    const page = reflection.kindOf(ReflectionKind.Namespace) ? `${reflection.name}/index` : reflection.name;
    return `${folder}/${page}`;
  }
}

function hasPage(reflection: Reflection): boolean {
  if (reflection.kindOf(ReflectionKind.Function)) return reflection.parent?.name === "link";
  return reflection.kindOf(ReflectionKind.Module | ReflectionKind.Namespace | ReflectionKind.Class);
}
