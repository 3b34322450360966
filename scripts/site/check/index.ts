// Builds the site below a folder of a host, and fails for a link to nowhere, an error of the console, a page that is wider than the
// window, or a search that finds nothing: npm run check:site [-- --pictures FOLDER]

import path from "node:path";
import { parseArgs } from "node:util";
import { errorPages } from "../../../lib/cli/ebpf/explain/pages.ts";
import { filesBelow } from "../../build/files.ts";
import { root } from "../../root.ts";
import { buildSite } from "../build.ts";
import { serveSite } from "../serve.ts";
import { inspectSite } from "./browser.ts";
import { codesWithoutAnchor, deadLinks } from "./links.ts";

const { values } = parseArgs({ options: { pictures: { type: "string" } } });
const base = "/ebpf/";
const folder = path.join(root, ".build/site-checked");
const begin = performance.now();

await buildSite(base, folder);
const files = filesBelow(".build/site-checked", ".html").map((file) =>
  path.relative(folder, path.join(root, file)),
);
const faults = [
  ...deadLinks(folder, base, files).map((link) => `dead link in ${link}`),
  ...codesWithoutAnchor(folder, Object.keys(errorPages)).map((code) => `no anchor for ${code}`),
];
const { url, server } = await serveSite(folder, base, 0);
faults.push(...(await inspectSite(url, files, values.pictures)));
server.close();
server.closeAllConnections();

for (const fault of faults) console.error(`site: ${fault}`);
const seconds = ((performance.now() - begin) / 1000).toFixed(0);
console.log(`site: ${files.length} pages, ${faults.length} faults, ${seconds} s`);
if (faults.length > 0) process.exitCode = 1;
