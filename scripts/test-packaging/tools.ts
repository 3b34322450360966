import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "ebpf-sdk");
const arch = process.arch === "arm64" ? "arm64" : "x64";

/** The versions that are tried. */
export const versions = {
  esbuild: "0.28.2",
  rollup: "4.68.8",
  "@rollup/plugin-node-resolve": "16.0.3",
  vite: "8.3.8",
  webpack: "5.113.0",
  "@rspack/core": "2.3.3",
  "@vercel/nft": "1.11.5",
  pnpm: "12.21.0",
  "@yarnpkg/cli-dist": "4.18.1",
} as const;

export const nodes = ["20.20.2", "22.23.3", "24.21.0", "26.10.0"] as const;
export const bunVersion = "1.4.5";
export const denoVersion = "2.9.6";
export const nextVersions = { next: "16.4.6", react: "19.3.1", "react-dom": "19.3.1" };

/** The path of a runtime, which is an npm package. */
export const node = (version: string): string => nodeFor(arch, version);
export const nodeFor = (processor: string, version: string): string =>
  runtime(`node-linux-${processor}`, version, "bin/node");
export const bun = (): string =>
  runtime(`@oven/bun-linux-${arch === "arm64" ? "aarch64" : arch}`, bunVersion, "bin/bun");
export const deno = (): string => runtime(`@deno/linux-${arch}-glibc`, denoVersion, "deno");

function runtime(name: string, version: string, program: string): string {
  const folder = path.join(cache, "runtimes", `${name.replace("/", "+")}-${version}`);
  if (!existsSync(folder)) {
    const work = `${folder}.${process.pid}`;
    mkdirSync(work, { recursive: true });
    npm(work, ["pack", "--silent", `${name}@${version}`]);
    const tar = [
      "-xzf",
      `${name.replace("@", "").replace("/", "-")}-${version}.tgz`,
      "--exclude=share",
      "--exclude=include",
    ];
    check(spawnSync("tar", tar, { cwd: work, encoding: "utf8" }));
    renameSync(path.join(work, "package"), folder);
    rmSync(work, { recursive: true });
  }
  return path.join(folder, program);
}

/** The folder with node_modules of the tools. */
export function tools(): string {
  return project("tools", versions);
}

/** A folder in which these packages are installed, from the cache if they were before. */
export function project(name: string, packages: Readonly<Record<string, string>>): string {
  const manifest = JSON.stringify({ private: true, dependencies: packages });
  const key = createHash("sha256").update(manifest).digest("hex").slice(0, 12);
  const folder = path.join(cache, "packaging", `${name}-${arch}-${key}`);
  if (!existsSync(folder)) {
    const work = `${folder}.${process.pid}`;
    mkdirSync(work, { recursive: true });
    writeFileSync(path.join(work, "package.json"), manifest);
    npm(work, ["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]);
    renameSync(work, folder);
  }
  return folder;
}

function npm(cwd: string, args: readonly string[]): void {
  check(spawnSync("npm", args, { cwd, encoding: "utf8" }));
}

function check({ status, stderr }: { status: number | null; stderr: string }): void {
  if (status !== 0) throw new Error(`cannot fetch the tools: ${stderr}`);
}
