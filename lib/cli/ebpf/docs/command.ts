import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { nearestNames } from "../../../errors/nearest-names.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { parseOptions } from "../options.ts";
import { type DocumentedFile, pageName, readDocs, repositoryPages } from "./archive.ts";

const options = {
  search: { type: "string", short: "s" },
  write: { type: "string", short: "w" },
} as const;

const help = `Usage: ebpf docs [PAGE] [options]

Prints a page of the documentation of this version, as Markdown. Without PAGE, or with the name of a folder, lists the
pages.

  ebpf docs attach
  ebpf docs jobs
  ebpf docs types | less
  ebpf docs --search perCpu
  ebpf docs --write ebpf-docs        then open ebpf-docs/docs/README.md

  -s, --search TEXT   print the lines that contain TEXT, in capital or small letters
  -w, --write DIR     write all pages, and the examples of the README, to a new folder
  -h, --help          print this text
`;

function run(args: readonly string[]): ExitStatus {
  const { values, positionals } = parseOptions(args, options);
  const { search, write } = values;
  if (positionals.length + Number(search !== undefined) + Number(write !== undefined) > 1)
    throw new UsageError("expected one page, --search or --write");
  const files = readDocs();
  if (write !== undefined) writeFiles(write, files);
  else if (search !== undefined) return printLinesWith(search, files);
  else if (positionals[0] !== undefined) printPage(positionals[0], files);
  else listPages(files.filter(({ about }) => about !== undefined));
  return 0;
}

function printPage(text: string, files: readonly DocumentedFile[]): void {
  const folder = pagesInFolder(text, files);
  if (folder.length > 0) listPages(folder);
  else console.log(pageOf(text, files).text.trimEnd());
}

/** The pages in `jobs`, `guides/jobs` or `docs/guides/jobs/`; none if the text is not the name of a folder. */
function pagesInFolder(text: string, files: readonly DocumentedFile[]): DocumentedFile[] {
  const name = text.replace(/\/$/, "");
  return files.filter(({ file, about }) => about !== undefined && `/${file}`.includes(`/${name}/`));
}

function listPages(pages: readonly DocumentedFile[]): void {
  const width = Math.max(...pages.map((page) => pageName(page).length));
  for (const page of pages) console.log(`${pageName(page).padEnd(width)}  ${page.about}`);
}

/** The page with a name, which may be a path in the repository, a link to a heading, or only the last part. */
function pageOf(text: string, files: readonly DocumentedFile[]): DocumentedFile {
  const name = text
    .replace(/#.*/, "")
    .replace(/^docs\//, "")
    .replace(/(\/README)?\.md$/, "");
  const page =
    files.find(({ file }) => file === text) ??
    files.find((one) => pageName(one) === name) ??
    files.find((one) => pageName(one).endsWith(`/${name}`));
  if (page !== undefined) return page;
  if (text.startsWith("bpf-examples/") || repositoryPages.includes(name))
    throw new UsageError(`page "${text}" is in the repository only, not in the package`);
  const names = files.filter(({ about }) => about !== undefined).map(pageName);
  const near = nearestNames(name, [...names, ...names.map((one) => one.replace(/.*\//, ""))]);
  const hint = near.length > 0 ? `nearest: ${near.join(", ")}` : "ebpf docs lists them";
  throw new UsageError(`unknown page "${text}"; ${hint}`);
}

function printLinesWith(text: string, files: readonly DocumentedFile[]): ExitStatus {
  const wanted = text.toLowerCase();
  let found = 0;
  for (const file of files)
    for (const [index, line] of file.text.split("\n").entries()) {
      if (!line.toLowerCase().includes(wanted)) continue;
      found++;
      console.log(`${file.about === undefined ? file.file : pageName(file)}:${index + 1}: ${line.trim()}`);
    }
  return found > 0 ? 0 : 1;
}

function writeFiles(folder: string, files: readonly DocumentedFile[]): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`--write: ${folder} is not empty`);
  for (const { file, text } of files) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  console.log(`wrote ${files.length} files; begin with ${join(folder, "docs/README.md")}`);
}

export const command: Command = { help, options, run };
