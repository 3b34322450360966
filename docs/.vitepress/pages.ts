import { readdirSync } from "node:fs";
import path from "node:path";

/** The root of the repository. */
export const root = path.join(import.meta.dirname, "../..");

/** Markdown files that are no pages of the site. */
const left = ["README.md", "THIRD_PARTY_NOTICES.md", "docs/api-report.md"];

/** Folders without pages. */
export const withoutPages = ["build", "dist", "lib", "native", "prebuilds", "scripts", "test"].map(
  (folder) => `${folder}/**`,
);

export const excluded = [...left, ...withoutPages];

/** Where the site has a Markdown file of the repository; undefined if it does not have it. */
export function pageOf(file: string): string | undefined {
  if (!file.endsWith(".md") || left.includes(file)) return undefined;
  if (file === "docs/README.md") return "contents.md";
  if (file === "SECURITY.md") return "reporting.md";
  if (/^[A-Z_]+\.md$/.test(file)) return file.toLowerCase().replaceAll("_", "-");
  if (file.startsWith("docs/")) return file.slice("docs/".length);
  if (file.startsWith("bpf-examples/"))
    return file.replace(/^bpf-examples\//, "examples/").replace(/README\.md$/, "index.md");
  return undefined;
}

/** The Markdown files of docs/ that people wrote, relative to the repository, sorted. */
export function guides(): string[] {
  return readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !/^(reference|\.vitepress)\//.test(file))
    .map((file) => `docs/${file}`)
    .sort();
}
