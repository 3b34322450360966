import path from "node:path";
import { navigation } from "../../docs/.vitepress/navigation.ts";

/** docs/README.md: the pages in the order of the site's sidebar. */
export function contentsPage(): string {
  return `# Documentation

New here? Begin with [the first program](guides/first-program.md). Then find your hook in [Attaching](guides/attach.md), or start
from one of the [jobs](#jobs-from-start-to-end). [Troubleshooting](guides/troubleshooting.md) begins with symptoms.
${navigation.map(({ title, pages }) => `\n## ${title}\n\n| | |\n|---|---|\n${pages.map(row).join("")}`).join("")}
\`npm run site\` builds these pages and the API reference as a site with search, in \`.build/site\`; \`npm run site -- --serve\`
also serves it. \`npm run docs\` writes only the reference, to \`docs/reference/\`. The order here is that of the site's
sidebar; both follow from [.vitepress/navigation.ts](.vitepress/navigation.ts).
`;
}

function row({ file, title, about }: { file: string; title: string; about: string }): string {
  return `| [${title}](${path.relative("docs", file)}) | ${about} |\n`;
}
