import { type PageDefinition, type Reflection, ReflectionKind } from "typedoc";
import { fullName } from "./text.ts";

/** An entry of the sidebar of the site. */
export interface SidebarEntry {
  readonly text: string;
  readonly link: string;
  readonly items: readonly SidebarEntry[];
}

/** The topics, each with its pages. */
export function sidebarOf(pages: readonly PageDefinition[]): SidebarEntry[] {
  const entries: { text: string; link: string; items: SidebarEntry[] }[] = [];
  for (const { model, url } of pages) {
    const page = model as Reflection;
    const entry = { text: fullName(page), link: `/reference/${url.replace(/(index)?\.md$/, "")}`, items: [] };
    if (page.kindOf(ReflectionKind.Module)) entries.push(entry);
    else entries.at(-1)?.items.push(entry);
  }
  return entries;
}
