// A plugin of typedoc for the pages of the API reference, in docs/reference/. Its options are in typedoc.json.
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Reflection } from "typedoc";
import { type MarkdownApplication, MarkdownPageEvent, MarkdownRendererEvent } from "typedoc-plugin-markdown";
import { TopicRouter } from "./router.ts";
import { sidebarOf } from "./sidebar.ts";
import { asPage, withOneList } from "./text.ts";

/** Called by typedoc. */
export function load(app: MarkdownApplication): void {
  app.renderer.defineRouter("topics", TopicRouter);
  app.renderer.on(MarkdownPageEvent.END, (page: MarkdownPageEvent) => {
    page.contents = withOneList(asPage(page.contents, page.model as Reflection));
  });
  app.renderer.on(MarkdownRendererEvent.END, ({ pages, outputDirectory }: MarkdownRendererEvent) => {
    writeFileSync(path.join(outputDirectory, "sidebar.json"), JSON.stringify(sidebarOf(pages), undefined, 1));
  });
}
