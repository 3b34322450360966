import path from "node:path";

// The markers are comments of the pages, so that neither GitHub nor the site shows them.
const repositoryOnly = /^<!-- repository only -->\n[\s\S]*?^<!-- end of repository only -->\n+/gm;
const comment = /^<!--[\s\S]*?-->\n+/gm;
const fencedBlock = /^( *```.*\n[\s\S]*?^ *```\n)/m;
const linkOrCode = /`[^`\n]*`(?!\])|!?\[(?<text>(?:`[^`]*`|[^[\]`])*)\]\((?<target>[^()\s]+)\)/g;

/**
 * A page as the package has it: without parts for readers of the repository, without comments, and with links only to
 * files that the package has.
 *
 * @param page - The path in the repository.
 * @param files - The paths of all files of the archive.
 */
export function packagedPage(page: string, markdown: string, files: readonly string[]): string {
  return markdown
    .replaceAll(repositoryOnly, "")
    .split(fencedBlock)
    .map((part, index) => (index % 2 === 1 ? part : packagedProse(page, part, files)))
    .join("");
}

function packagedProse(page: string, prose: string, files: readonly string[]): string {
  return prose.replaceAll(comment, "").replaceAll(linkOrCode, (link, ...rest) => {
    const { text, target } = rest.at(-1) as { text: string | undefined; target: string | undefined };
    if (text === undefined || target === undefined || /^(#|\w+:)/.test(target)) return link;
    const [relative = ""] = target.split("#");
    const file = path.join(path.dirname(page), relative);
    if (files.includes(file)) return link;
    if (link.startsWith("!")) return "";
    // The archive has files of some folders whose README it leaves out.
    const folder = path.dirname(file);
    if (path.basename(file) === "README.md" && files.some((one) => one.startsWith(`${folder}/`)))
      return `[${text}](${path.dirname(relative)})`;
    return `${text} (in the repository)`;
  });
}
