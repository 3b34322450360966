// A plugin of typedoc for the pages of the API reference, in docs/reference/. Its options are in typedoc.json.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type Context, Converter, type Reflection } from "typedoc";
import { type MarkdownApplication, MarkdownPageEvent, MarkdownRendererEvent } from "typedoc-plugin-markdown";
import { mergeMain } from "./entries.ts";
import { TopicRouter } from "./router.ts";
import { sidebarOf } from "./sidebar.ts";
import { asPage, withOneList, withRecordType } from "./text.ts";

/** Classes whose type parameter is that of the records, which typedoc takes from their first constructor. */
const readers = ["RingBuf", "PerfBuf"];

/** Called by typedoc. */
export function load(app: MarkdownApplication): void {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: Context) => mergeMain(project));
  app.renderer.defineRouter("topics", TopicRouter);
  app.renderer.on(MarkdownPageEvent.END, (page: MarkdownPageEvent) => {
    const text = withOneList(asPage(page.contents, page.model as Reflection));
    page.contents = readers.includes(page.model.name) ? withRecordType(text) : text;
  });
  app.renderer.on(MarkdownRendererEvent.END, ({ pages, outputDirectory }: MarkdownRendererEvent) => {
    writeFileSync(path.join(outputDirectory, "sidebar.json"), JSON.stringify(sidebarOf(pages), undefined, 1));
  });
}
