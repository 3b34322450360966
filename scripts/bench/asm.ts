// What making, reading and loading instructions costs, and writing C from the kernel's BTF; the latter two beside C, in
// turns. It is the published bundle that is measured.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { root } from "../root.ts";
import { compileAgainstLibbpf } from "./compile.ts";
import type { Row } from "./report.ts";

const { asm, Btf, cHeader, Program } = (await import(
  path.join(root, "dist/index.js")
)) as typeof import("../../lib/index.ts");

const vmlinux = "/sys/kernel/btf/vmlinux";
const ROUNDS = 15;

export async function benchAsm(): Promise<Row[]> {
  const rows = [...code(), ...(await create())];
  if (existsSync(vmlinux)) rows.push(header());
  return rows;
}

/** The least of several times: what others do on the machine only adds to it. */
function least(rounds: number, measure: () => number): number {
  return Math.min(...Array.from({ length: rounds }, measure));
}

function timed(run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start);
}

function code(): Row[] {
  const items = Array.from({ length: 1000 }, (_, i) =>
    i % 10 === 0 ? asm.loadImm(asm.r1, i) : asm.load("u32", asm.r1, asm.r2, i % 100),
  );
  const bytes = asm.encode(items);
  const each = (run: () => void) => {
    for (let i = 0; i < 300; i++) run();
    return least(200, () => timed(run)) / items.length;
  };
  // 20 million a second.
  const limit = 50;
  return [
    { what: "encode an instruction", ours: each(() => asm.encode(items)), theirs: undefined, limit },
    { what: "decode an instruction", ours: each(() => asm.decode(bytes)), theirs: undefined, limit },
  ];
}

async function create(): Promise<Row[]> {
  const COUNT = 200;
  const instructions = [
    asm.mov(asm.r0, 0),
    ...Array.from({ length: 8 }, (_, i) => asm.add(asm.r0, i + 1)),
    asm.exit(),
  ];
  const ours = () => {
    for (let i = 0; i < COUNT; i++) {
      Program.create({ type: "socket-filter", license: "GPL", name: "bench", instructions }).close();
    }
  };
  const c = spawn(compileAgainstLibbpf("create"), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(c.stdout)[Symbol.asyncIterator]();
  const costs: { ours: number; theirs: number }[] = [];
  for (let i = 0; i < 10; i++) ours();
  for (let round = 0; round < ROUNDS; round++) {
    c.stdin.write(`${COUNT}\n`);
    const theirs = Number((await lines.next()).value);
    costs.push({ ours: timed(ours) / COUNT, theirs });
  }
  c.stdin.end();
  await once(c, "exit");
  const [here, inC] = [costs.map((cost) => cost.ours), costs.map((cost) => cost.theirs)];
  return [
    { what: "Program.create and close", ours: Math.min(...here), theirs: Math.min(...inC), limit: 1.15 },
  ];
}

function header(): Row {
  const bytes = readFileSync(vmlinux);
  const ours = least(5, () => timed(() => cHeader(Btf.parse(bytes))));
  const theirs = least(5, () =>
    timed(() => {
      execFileSync("bpftool", ["btf", "dump", "file", vmlinux, "format", "c"], { maxBuffer: 1 << 27 });
    }),
  );
  return { what: "write vmlinux.h", ours, theirs, peer: "bpftool", limit: 1.5 };
}
