// Reads a ring buffer whose consumer position another process overwrites: argv is the first seed and the seconds.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { EbpfError, RingBuf, RingCorruptError } from "../../../../lib/index.ts";
import { type Event, Sender } from "../../../../test/events/sender.ts";

const seconds = Math.ceil(Number(process.argv[3] ?? "5"));
const folder = mkdtempSync(path.join(tmpdir(), "ebpf-scribble-"));
const pin = `/sys/fs/bpf/ebpf-scribble-${process.pid}`;
const counts = { records: 0, corrupt: 0, refused: 0, opened: 0 };
const sender = new Sender();
let ended = false;
try {
  const program = path.join(folder, "scribble");
  execFileSync("gcc", ["-O1", "-o", program, path.join(import.meta.dirname, "scribble.c")]);
  sender.map().pin(pin);
  const scribbler = spawn(program, [pin, `${seconds}`], { stdio: "ignore" });
  scribbler.on("close", () => {
    ended = true;
  });
  while (!ended) {
    console.log(JSON.stringify(counts));
    try {
      await readForAWhile();
    } catch (error) {
      if (!(error instanceof EbpfError)) throw error;
      if (error instanceof RingCorruptError) counts.corrupt++;
      else counts.refused++;
      await setTimeout(1);
    }
  }
} finally {
  rmSync(pin, { force: true });
  rmSync(folder, { recursive: true });
  sender[Symbol.dispose]();
}
console.log(JSON.stringify({ done: true, counts, slowest: 0 }));

// A function of its own: esbuild, which tsx runs, keeps the error of a block with "using" for the next round of a loop.
async function readForAWhile(): Promise<void> {
  using ring = new RingBuf<Event>(sender.map());
  counts.opened++;
  for (let i = 0; i < 200 && !ended; i++) {
    sender.send(20);
    counts.records += ring.consume().length;
    if (i % 50 === 0) await setTimeout(1);
  }
}
