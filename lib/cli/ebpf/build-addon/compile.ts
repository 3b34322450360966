import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { UsageError } from "../../usage-error.ts";

/**
 * Compiles the sources in a folder. The output of the compiler goes to the terminal.
 *
 * @returns the path of the addon; undefined after a failure, which the compiler has reported.
 * @throws {@link UsageError} when node-gyp is not found.
 */
export function compileAddon(root: string, folder: string): string | undefined {
  const nodeGypBuild = join(
    dirname(createRequire(join(root, "package.json")).resolve("node-gyp-build/package.json")),
    "bin.js",
  );
  const { status, error } = spawnSync(process.execPath, [nodeGypBuild], {
    cwd: folder,
    // The addon is the only result; progress does not belong on stdout.
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...headersOfNode(), ...nodeGyp(), npm_config_build_from_source: "true" },
  });
  if (error !== undefined) throw error;
  const addon = join(folder, "build/Release/ebpf.node");
  if (status !== 0 || !existsSync(addon)) return undefined;
  // Debug information is most of the file. Without strip, the addon works as well.
  spawnSync("strip", [addon]);
  return addon;
}

/** Uses the headers that came with Node. Without them, node-gyp downloads some. */
function headersOfNode(): Record<string, string> {
  const prefix = dirname(dirname(process.execPath));
  const header = join(prefix, "include/node/node_version.h");
  const jobs = { npm_config_jobs: String(availableParallelism()) };
  if (!existsSync(header)) return jobs;
  const major = /NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(header, "utf8"))?.[1];
  return major === process.versions.node.split(".")[0] ? { ...jobs, npm_config_nodedir: prefix } : jobs;
}

/** The environment in which node-gyp-build finds node-gyp: that in the PATH, or the one inside npm. */
function nodeGyp(): Record<string, string> {
  const path = process.env.PATH ?? "";
  const folders = path.split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, "node-gyp")))) return {};
  for (const npm of npmFolders(folders)) {
    const script = join(npm, "node_modules/node-gyp/bin/node-gyp.js");
    const command = join(npm, "node_modules/@npmcli/run-script/lib/node-gyp-bin");
    if (existsSync(script) && existsSync(join(command, "node-gyp"))) {
      return { npm_config_node_gyp: script, PATH: `${command}${delimiter}${path}` };
    }
  }
  throw new UsageError("neither node-gyp nor npm, which contains it, is in the PATH");
}

function* npmFolders(folders: readonly string[]): Generator<string> {
  // Set by npm and npx: .../npm/bin/npx-cli.js
  const running = process.env.npm_execpath;
  if (running !== undefined) yield dirname(dirname(running));
  for (const folder of folders) {
    const npm = join(folder, "npm");
    if (existsSync(npm)) yield dirname(dirname(realpathSync(npm)));
  }
}
