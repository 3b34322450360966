import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { version } from "../../version.ts";

/** The files of a new project by name. `root` is the folder of this package, `folder` that of the project. */
export function projectFiles(root: string, folder: string, template: string): Map<string, string> {
  const name = packageName(folder);
  const files = new Map([["package.json", manifest(name, dependency(root, folder))]]);
  for (const part of ["project", template]) {
    const from = join(root, "dist/cli/templates", part);
    for (const file of readdirSync(from)) {
      const text = readFileSync(join(from, file), "utf8");
      // npm leaves a file named .gitignore out of a package.
      files.set(file === "gitignore" ? ".gitignore" : file, text.replace("NAME", name));
    }
  }
  return files;
}

function manifest(name: string, ebpf: string): string {
  const content = {
    name,
    version: "0.0.0",
    private: true,
    type: "module",
    engines: { node: ">=20.19" },
    scripts: { build: "bpf2ts Program program.bpf.c && tsc", start: "node dist/main.js" },
    dependencies: { ebpf },
    devDependencies: { "@types/node": ">=20", typescript: ">=5.7" },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** The name of the folder, in the characters that npm allows. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._~-]+/g, "-")
    .replace(/^[._-]+/, "");
  // A package cannot depend on a package with its own name.
  return name === "" || name === "ebpf" ? "ebpf-program" : name;
}

/** The dependency on this package: its version, or the file that npm installed it from. */
function dependency(root: string, folder: string): string {
  const file = installedFrom(root);
  return file === undefined ? `^${version()}` : `file:${relative(folder, file)}`;
}

/** The tarball or folder from which npm installed this package; undefined if it came from a registry. */
function installedFrom(root: string): string | undefined {
  const modules = dirname(root);
  try {
    const lock = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8"));
    const resolved: unknown = lock.packages["node_modules/ebpf"]?.resolved;
    if (typeof resolved === "string" && resolved.startsWith("file:"))
      return resolve(dirname(modules), resolved.slice("file:".length));
  } catch {
    // Another package manager installed it.
  }
  return undefined;
}
