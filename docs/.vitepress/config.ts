// The site: VitePress over the Markdown files of the repository. `npm run site` builds it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { type DefaultTheme, defineConfig } from "vitepress";
import { namedBlocks } from "./blocks.ts";
import { repositoryLinks } from "./links.ts";
import { navigation } from "./navigation.ts";
import { excluded, pageOf, root } from "./pages.ts";

const reference: DefaultTheme.SidebarItem[] = JSON.parse(
  readFileSync(path.join(root, "docs/reference/sidebar.json"), "utf8"),
);
const linkOf = (file: string): string => `/${pageOf(file)?.replace(/(index)?\.md$/, "")}`;
const [start, ...others] = navigation.map(({ title, pages }) => ({
  text: title,
  items: pages.map(({ file, title }) => ({ text: title, link: linkOf(file) })),
}));

export default defineConfig({
  title: "ebpf",
  description: "Typed eBPF for Node.js: load, attach, read maps and events",
  lang: "en",
  srcDir: root,
  srcExclude: excluded,
  rewrites: (file) => pageOf(file) ?? file,
  outDir: path.join(root, ".build/site"),
  cacheDir: path.join(root, ".build/site-cache"),
  // A workflow that publishes below a folder sets it with --base.
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon())}` }]],
  markdown: {
    theme: { light: "github-light", dark: "github-dark" },
    // As code hosts do, so that an anchor works in both places.
    anchor: { slugify },
    languageAlias: { output: "txt" },
    config(md) {
      md.use(repositoryLinks);
      md.use(namedBlocks);
    },
  },
  vite: {
    server: { watch: { ignored: ["**/.build/**", "**/native/**", "**/build/**"] } },
    // The default theme and the search box are one chunk.
    build: { chunkSizeWarningLimit: 1000 },
  },
  themeConfig: {
    siteTitle: "ebpf",
    nav: [
      { text: "Guides", link: linkOf("docs/README.md"), activeMatch: "^/(?!reference/|examples/)." },
      { text: "Examples", link: "/examples/", activeMatch: "^/examples/" },
      { text: "Reference", link: "/reference/", activeMatch: "^/reference/" },
    ],
    sidebar: {
      "/": [
        ...(start ? [start] : []),
        ...others,
        { text: "Reference", items: [{ text: "API reference", link: "/reference/" }] },
      ],
      "/reference/": reference.map((topic) => ({ ...topic, collapsed: true })),
    },
    outline: { level: [2, 3], label: "On this page" },
    docFooter: { prev: "Previous", next: "Next" },
    search: { provider: "local" },
  },
});

function icon(): string {
  return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0f766e"/><path d="M9 9h14M9 16h10M9 23h14" stroke="#fff" stroke-width="3.4" stroke-linecap="round"/></svg>';
}

function slugify(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}
