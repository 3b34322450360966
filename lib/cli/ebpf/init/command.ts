import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { packageRoot } from "../../../files/package-root.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { parseOptions } from "../options.ts";
import { projectFiles } from "./project.ts";

const options = { template: { type: "string", short: "t" } } as const;

const templates = ["tracepoint", "ringbuf", "xdp"];

const help = `Usage: ebpf init [options] [FOLDER]

Writes a project: a BPF program in C, the TypeScript that loads it, and what compiles both. FOLDER is made if it does not
exist; the default is the current folder. Existing files are not changed.

  ebpf init counter && cd counter
  npm install && npm run build && sudo npm start

  -t, --template NAME   tracepoint: count calls in a global variable (default)
                        ringbuf: report each call with its arguments in a ring buffer
                        xdp: count the packets of a network interface by sender
  -h, --help            print this text
`;

function run(args: readonly string[]): ExitStatus {
  const { values, positionals } = parseOptions(args, options);
  if (positionals.length > 1) throw new UsageError(`unexpected argument "${positionals[1]}"`);
  const template = values.template ?? "tracepoint";
  if (!templates.includes(template))
    throw new UsageError(`unknown template "${template}"; expected tracepoint, ringbuf or xdp`);
  const root = packageRoot();
  if (root === undefined) throw new UsageError("the templates are not part of a bundle");
  const shown = positionals[0] ?? ".";
  const folder = resolve(shown);
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new UsageError(`${shown} is not a folder`);
  const files = projectFiles(root, folder, template);
  const existing = [...files.keys()].filter((name) => existsSync(join(folder, name)));
  if (existing.length > 0) {
    throw new UsageError(
      `${shown} already has ${existing.join(", ")}; nothing was written. Name a new folder: ebpf init NAME`,
    );
  }
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text, { flag: "wx" });
  console.log(nextSteps(folder, [...files.keys()]));
  return 0;
}

function nextSteps(folder: string, files: readonly string[]): string {
  const path = relative(process.cwd(), folder);
  return [
    `Wrote ${files.join(", ")}. Next:`,
    ...(path === "" ? [] : [`  cd ${/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`]),
    "  npm install",
    "  npm run build      # needs clang",
    "  sudo npm start",
  ].join("\n");
}

export const command: Command = { help, options, run };
