// The site: `npm run site` builds it into .build/site.
//   npm run site -- [--base /NAME/] [--serve | --dev] [--port N]
// --base: the folder of the host that the site is published in. --serve: serve what was built. --dev: serve the sources, and
// show each edit at once.
import { parseArgs } from "node:util";
import { createServer } from "vitepress";
import { reference } from "../build/reference.ts";
import { bring } from "../build/step.ts";
import { buildSite, output, source } from "./build.ts";
import { serveSite } from "./serve.ts";

const { values } = parseArgs({
  options: {
    base: { type: "string", default: "/" },
    serve: { type: "boolean", default: false },
    dev: { type: "boolean", default: false },
    port: { type: "string", default: "4173" },
  },
});
const { base } = values;
const port = Number(values.port);

if (values.dev) {
  await bring([reference]);
  const server = await createServer(source, { base, port });
  await server.listen();
  server.printUrls();
} else {
  await buildSite(base, output);
  if (values.serve) console.log(`site: at ${(await serveSite(output, base, port)).url}`);
}
