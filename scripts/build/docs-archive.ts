import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { navigation } from "../../docs/.vitepress/navigation.ts";
import { archiveName, type DocumentedFile, repositoryPages } from "../../lib/cli/ebpf/docs/archive.ts";
import { root } from "../root.ts";
import { filesBelow } from "./files.ts";
import { packagedPage } from "./packaged-page.ts";
import type { Step } from "./step.ts";

/** Sections for contributors, which users do not need. */
const left = new Set(["Contributing"]);

const leftPages = new Set(repositoryPages.map((name) => `docs/${name}.md`));

const pages = navigation
  .filter(({ title }) => !left.has(title))
  .flatMap(({ pages }) => pages)
  .filter(({ file }) => file.startsWith("docs/") && !leftPages.has(file));

/** The examples of the README's five-liners, without their loaders, which bpf2ts writes. All would take 20 KB more. */
const examples = ["cgroup_skb", "ringbuffer", "uretprobe", "xdp"];

/** Files without a place in the list of pages. */
const sources = [
  "README.md",
  "docs/README.md",
  ...examples.flatMap((name) =>
    filesBelow(`bpf-examples/short/${name}`, ".c", ".ts").filter((file) => !file.endsWith(".bpf.ts")),
  ),
];

const names = [...pages.map(({ file }) => file), ...sources];

/** The documentation of the package in one archive, for `ebpf docs`: as files it would take three times the room. */
export const docsArchive: Step = {
  name: "docs-archive",
  needs: [],
  inputs: () => [
    "scripts/build/docs-archive.ts",
    "scripts/build/packaged-page.ts",
    "lib/cli/ebpf/docs/archive.ts",
    "docs/.vitepress/navigation.ts",
    ...names,
  ],
  outputs: () => [archiveName],
  async run() {
    const files: DocumentedFile[] = [
      ...pages.map(({ file, about }) => ({ file, about, text: textOf(file) })),
      ...sources.map((file) => ({ file, text: textOf(file) })),
    ];
    const bytes = Buffer.from(JSON.stringify(files));
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    writeFileSync(path.join(root, archiveName), brotliCompressSync(bytes, { params }));
  },
};

function textOf(file: string): string {
  const text = readFileSync(path.join(root, file), "utf8");
  return file.endsWith(".md") ? packagedPage(file, text, names) : text;
}
