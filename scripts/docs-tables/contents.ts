import path from "node:path";
import { type Group, navigation } from "../../docs/.vitepress/navigation.ts";

/** docs/README.md: the pages in the order of the site's sidebar. */
export function contentsPage(): string {
  return `# Documentation

New here? Begin with [the first program](guides/first-program.md). Then find your hook in [Attaching](guides/attach.md), or start
from one of the [jobs](#jobs-from-start-to-end). [Troubleshooting](guides/troubleshooting.md) begins with symptoms.
${groups(false)}
<!-- repository only -->${groups(true)}
\`npm run site\` builds these pages and the API reference as a site with search, in \`.build/site\`; \`npm run site -- --serve\`
also serves it. \`npm run docs\` writes only the reference, to \`docs/reference/\`. The order here is that of the site's
sidebar; both follow from [.vitepress/navigation.ts](.vitepress/navigation.ts).
<!-- end of repository only -->
`;
}

function groups(inRepositoryOnly: boolean): string {
  const chosen = navigation.filter((group) => (group.inRepositoryOnly ?? false) === inRepositoryOnly);
  return chosen.map(section).join("");
}

function section({ title, pages }: Group): string {
  return `\n## ${title}\n\n| | |\n|---|---|\n${pages.map(row).join("")}`;
}

function row({ file, title, about }: { file: string; title: string; about: string }): string {
  return `| [${title}](${path.relative("docs", file)}) | ${about} |\n`;
}
