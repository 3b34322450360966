// kernels: native
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { untilLine } from "../support/until-line.ts";

const root = join(import.meta.dirname, "../..");
const command = join(root, "dist/cli/ebpf.js");
const templates = ["tracepoint", "ringbuf", "xdp"];

const folder = mkdtempSync(join(tmpdir(), "ebpf-init-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(script: string, args: readonly string[], cwd = folder) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const init = (...args: string[]) => run(command, ["init", ...args]);

// Compiled as `npm run build` does, but by one run of tsc for all.
beforeAll(() => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/ebpf"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  for (const template of templates) {
    expect(init("--template", template, template)).toMatchObject({ status: 0, stderr: "" });
    const built = run(join(root, "dist/cli/bpf2ts.js"), ["Program", "program.bpf.c"], join(folder, template));
    expect(built).toMatchObject({ status: 0, stderr: "" });
  }
  const options = { rootDir: ".", outDir: "." };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "./xdp/tsconfig.json",
      compilerOptions: options,
      include: ["*/*.ts"],
      exclude: [],
    }),
  );
  expect(run(join(root, "node_modules/typescript/bin/tsc"), [])).toMatchObject({ status: 0, stdout: "" });
});

test("a new project has the scripts that its README names, and a name that npm accepts", () => {
  const manifest = JSON.parse(readFileSync(join(folder, "tracepoint/package.json"), "utf8"));
  expect(manifest).toMatchObject({
    name: "tracepoint",
    type: "module",
    scripts: { build: "bpf2ts Program program.bpf.c && tsc", start: "node dist/main.js" },
    dependencies: { ebpf: expect.stringMatching(/^\^\d/) },
  });
  expect(readFileSync(join(folder, "tracepoint/README.md"), "utf8")).toMatch(/^# tracepoint\n/);
  expect(init("My Tool")).toMatchObject({ status: 0, stdout: expect.stringContaining("cd 'My Tool'\n") });
  expect(JSON.parse(readFileSync(join(folder, "My Tool/package.json"), "utf8")).name).toBe("my-tool");
});

test("a project of a package from a tarball depends on the tarball", () => {
  const modules = join(folder, "elsewhere/node_modules");
  mkdirSync(join(modules, "ebpf"), { recursive: true });
  for (const file of ["package.json", "dist"]) symlinkSync(join(root, file), join(modules, "ebpf", file));
  const lock = { packages: { "node_modules/ebpf": { resolved: "file:../ebpf-0.1.0.tgz" } } };
  writeFileSync(join(modules, ".package-lock.json"), JSON.stringify(lock));
  // As an installed package, not as the checkout that the link leads to.
  const script = join(modules, "ebpf/dist/cli/ebpf.js");
  const flags = ["--preserve-symlinks", "--preserve-symlinks-main", script, "init", "app"];
  const { status, stderr } = spawnSync(process.execPath, flags, { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const manifest = JSON.parse(readFileSync(join(folder, "app/package.json"), "utf8"));
  expect(manifest.dependencies.ebpf).toBe("file:../ebpf-0.1.0.tgz");
});

test("a folder that contains one of the files is not changed", () => {
  mkdirSync(join(folder, "taken"));
  writeFileSync(join(folder, "taken/main.ts"), "mine");
  expect(init("taken")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("taken already has main.ts; nothing was written."),
  });
  expect(readdirSync(join(folder, "taken"))).toEqual(["main.ts"]);
  expect(init("taken/main.ts")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("is not a folder"),
  });
});

test("an unknown template is refused with the known ones", () => {
  const refused = { status: 2, stderr: expect.stringContaining('"tc"; expected tracepoint, ringbuf or xdp') };
  expect(init("--template", "tc", "new")).toMatchObject(refused);
});

test("the tracepoint project counts the programs that start", async () => {
  const cause = () => spawnSync("/bin/true");
  await untilLine(join(folder, "tracepoint/main.js"), { cause, line: /^execve calls: [1-9]/ });
});

test("the ringbuf project shows the programs that start", async () => {
  const cause = () => spawnSync("/bin/true", ["--ignored"]);
  await untilLine(join(folder, "ringbuf/main.js"), { cause, line: /^\d+ \S+ starts \/bin\/true$/ });
});

test("the xdp project counts packets by their sender", async () => {
  const socket = createSocket("udp4");
  const cause = () => new Promise((resolve) => socket.send("x", 9, "127.0.0.1", resolve));
  try {
    await untilLine(join(folder, "xdp/main.js"), { cause, line: /^\{ '127\.0\.0\.1': \d+n/ });
  } finally {
    socket.close();
  }
});
