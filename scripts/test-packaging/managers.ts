import { rmSync } from "node:fs";
import path from "node:path";
import type { Case, Lab } from "./case.ts";
import { bun, bunVersion, deno, denoVersion, node, nodes, tools, versions } from "./tools.ts";

const newest = nodes[nodes.length - 1] as string;

const pnpm = (lab: Lab, ...args: string[]): string =>
  lab.command(node(newest), [path.join(tools(), "node_modules/pnpm/bin/pnpm.mjs"), ...args], {
    env: {
      // Folders of this case alone: the real ones of the user stay as they are.
      XDG_DATA_HOME: path.join(lab.folder, "data"),
      XDG_CACHE_HOME: path.join(lab.folder, "cache"),
      XDG_STATE_HOME: path.join(lab.folder, "state"),
      COREPACK_ENABLE_STRICT: "0",
    },
  });

const yarn = (lab: Lab, ...args: string[]): string =>
  lab.command(process.execPath, [path.join(tools(), "node_modules/@yarnpkg/cli-dist/bin/yarn.js"), ...args], {
    env: { YARN_GLOBAL_FOLDER: path.join(lab.folder, "yarn"), YARN_ENABLE_TELEMETRY: "0" },
  });

function yarnCase(linker: "pnp" | "node-modules"): Case {
  return {
    group: "package managers",
    tool: `Yarn ${versions["@yarnpkg/cli-dist"]}`,
    how: `\`nodeLinker: ${linker}\``,
    run(lab) {
      lab.manifest({ dependencies: { ebpf: `file:${lab.tarball}` } });
      lab.programs();
      lab.write(".yarnrc.yml", `nodeLinker: ${linker}\nenableImmutableInstalls: false\n`);
      lab.write("yarn.lock", "");
      yarn(lab, "install");
      const output = yarn(lab, "node", "object.mjs", lab.object);
      if (!output.includes("packaging: ok")) throw new Error(output);
    },
  };
}

export const managers: readonly Case[] = [
  {
    group: "package managers",
    tool: "npm",
    how: "`npm install ./ebpf.tgz`, offline, with an empty cache",
    short: true,
    run(lab) {
      lab.installed();
      lab.expectOk(process.execPath, ["object.mjs", lab.object]);
    },
  },
  {
    group: "package managers",
    tool: "npm",
    how: "`npm ci --offline`, with an empty cache, from a lock file",
    short: true,
    run(lab) {
      lab.installed();
      rmSync(path.join(lab.project, "node_modules"), { recursive: true });
      lab.command("npm", ["ci", "--offline", "--cache", path.join(lab.folder, "other-cache"), "--no-audit"]);
      lab.expectOk(process.execPath, ["object.mjs", lab.object]);
    },
  },
  {
    group: "package managers",
    tool: "npm",
    how: "`npx ebpf init`, `npm install`, `npm run build`, `npm start`",
    short: true,
    run(lab) {
      lab.installed();
      lab.command("npx", ["--no-install", "ebpf", "init", "app"]);
      const project = ["--prefix", "app"];
      lab.command("npm", ["install", ...project, "--no-audit", "--no-fund"]);
      lab.command("npm", ["run", "build", ...project]);
      // 124: it ran until the time was over. The shell in between ends by the signal, whatever the program returns.
      const shown = lab.command("sh", ["-c", "timeout --signal=INT 5 npm start --prefix app; test $? = 124"]);
      if (!/^execve calls: \d+$/m.test(shown)) throw new Error(shown);
    },
  },
  {
    group: "package managers",
    tool: "npm",
    how: "a workspace of a monorepo depends on it",
    run(lab) {
      lab.write("package.json", JSON.stringify({ name: "mono", private: true, workspaces: ["packages/*"] }));
      lab.write(
        "packages/app/package.json",
        JSON.stringify({ name: "app", type: "module", dependencies: { ebpf: `file:${lab.tarball}` } }),
      );
      lab.programs();
      lab.command("npm", [
        "install",
        "--offline",
        "--cache",
        path.join(lab.folder, "npm-cache"),
        "--no-audit",
      ]);
      lab.command("cp", ["object.mjs", "packages/app/object.mjs"]);
      lab.expectOk(process.execPath, ["packages/app/object.mjs", lab.object]);
    },
  },
  {
    group: "package managers",
    tool: `pnpm ${versions.pnpm}`,
    how: "`pnpm add ./ebpf.tgz`",
    short: true,
    run(lab) {
      lab.manifest();
      lab.programs();
      pnpm(lab, "add", lab.tarball);
      lab.expectOk(process.execPath, ["object.mjs", lab.object]);
    },
  },
  yarnCase("pnp"),
  yarnCase("node-modules"),
  {
    group: "package managers",
    tool: `Bun ${bunVersion}`,
    how: "`bun add ./ebpf.tgz`",
    run(lab) {
      lab.manifest();
      lab.programs();
      lab.command(bun(), ["add", lab.tarball], {
        env: { BUN_INSTALL_CACHE_DIR: path.join(lab.folder, "bun") },
      });
      lab.expectOk(bun(), ["object.mjs", lab.object]);
      lab.expectOk(process.execPath, ["object.mjs", lab.object]);
    },
  },
];

export const runtimes: readonly Case[] = [
  ...nodes.map(
    (version): Case => ({
      group: "runtimes",
      tool: `Node.js ${version}`,
      how: "`node --import ebpf/register main.mjs`, which imports `./counter.bpf.c`",
      short: version === nodes[0] || version === newest,
      run(lab) {
        lab.installed();
        lab.expectOk(node(version), ["object.mjs", lab.object]);
        lab.expectOk(node(version), ["--import", "ebpf/register", "source.mjs"]);
      },
    }),
  ),
  {
    group: "runtimes",
    tool: `Bun ${bunVersion}`,
    how: "`bun --preload ebpf/register main.mjs`, which imports `./counter.bpf.c`",
    run(lab) {
      lab.installed();
      lab.expectOk(bun(), ["object.mjs", lab.object]);
      lab.expectOk(bun(), ["--preload", "ebpf/register", "source.mjs"]);
    },
  },
  {
    group: "runtimes",
    tool: `Deno ${denoVersion}`,
    how: "`deno run --allow-ffi --allow-read --allow-env`; `--allow-all` for tracepoints",
    run(lab) {
      lab.installed();
      lab.write(
        "map.mjs",
        `import { BpfMap } from "ebpf";
        using map = BpfMap.create({ type: "array", value: "u64", maxEntries: 1 });
        map.set(0, 5n);
        if (map.get(0) === 5n) console.log("packaging: ok");`,
      );
      lab.expectOk(deno(), ["run", "--no-prompt", "--allow-ffi", "--allow-read", "--allow-env", "map.mjs"]);
      lab.expectOk(deno(), ["run", "--allow-all", "object.mjs", lab.object]);
    },
  },
];
