// Packs the package, and compiles its addon from the sources inside for processors that have no prebuilt addon, as users of
// those do: npm run test:source-build -- [--tarball FILE] [ARCH...]
// --tarball: instead of packing, which needs `npm run build`.
// Then QEMU's user mode runs a program with Node.js for the processor. It does not pass bpf() to the kernel.
// Needs a cross compiler of Debian for each: g++-s390x-linux-gnu, g++-powerpc64le-linux-gnu, g++-riscv64-linux-gnu.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { objectOf } from "../build/bpf.ts";
import { root } from "../root.ts";
import { nodeFor } from "../test-packaging/tools.ts";

interface Processor {
  /** As Node.js names it. */
  readonly node: string;
  readonly triplet: string;
  /** Of QEMU's program. */
  readonly qemu: string;
  /** The npm package with Node.js: `node-linux-…`; undefined if npm has none. */
  readonly runtime?: string;
}

const processors: readonly Processor[] = [
  { node: "s390x", triplet: "s390x-linux-gnu", qemu: "qemu-s390x", runtime: "s390x" },
  { node: "ppc64", triplet: "powerpc64le-linux-gnu", qemu: "qemu-ppc64le", runtime: "ppc64le" },
  { node: "riscv64", triplet: "riscv64-linux-gnu", qemu: "qemu-riscv64" },
];

/** The newest that npm has for them. */
const nodeVersion = "20.11.0";

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { tarball: { type: "string" } },
});
const wanted = processors.filter(({ node }) => words.length === 0 || words.includes(node));
if (wanted.length === 0)
  throw new Error(`no such processor; there are ${processors.map(({ node }) => node).join(", ")}`);

const folder = mkdtempSync(path.join(tmpdir(), "ebpf-source-build-"));
try {
  install();
  for (const processor of wanted) {
    compile(processor);
    if (processor.runtime === undefined)
      console.log(`${processor.node}: compiled; npm has no Node.js to run it`);
    else console.log(`${processor.node}: compiled, and Node.js ${nodeVersion} ran it: ${tryOut(processor)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Installs the packed package in the folder, offline. */
function install(): void {
  if (values.tarball === undefined)
    run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
  else cpSync(values.tarball, path.join(folder, "ebpf.tgz"));
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`]);
  cpSync(path.join(import.meta.dirname, "guest.mjs"), path.join(folder, "guest.mjs"));
  cpSync(path.join(root, objectOf("bpf-examples/counter/counter.bpf.c")), path.join(folder, "counter.bpf.o"));
}

function compile({ node, triplet }: Processor): void {
  const tools = { CC: `${triplet}-gcc`, CXX: `${triplet}-g++`, AR: `${triplet}-ar`, LINK: `${triplet}-g++` };
  run("npx", ["ebpf", "build-addon"], { env: { ...tools, npm_config_arch: node } });
  run(path.join(root, "scripts/check-addon"), [
    path.join(folder, "node_modules/ebpf/build/Release/ebpf.node"),
  ]);
}

function tryOut({ triplet, qemu, runtime }: Processor): string {
  const program = [nodeFor(runtime as string, nodeVersion), "guest.mjs"];
  return run(qemu, program, { env: { QEMU_LD_PREFIX: `/usr/${triplet}` } }).trim();
}

/** Returns what a command prints. */
function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): string {
  const { cwd = folder, env } = options;
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(
      `${command} ${args.join(" ")} ended with ${status ?? signal}:\n${stderr.slice(-3000)}${stdout.slice(-1000)}`,
    );
  return stdout;
}
