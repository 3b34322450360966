import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { EbpfError, RingCorruptError } from "../../../../lib/index.ts";

/** What became of the rounds and the records. */
export interface ScribbledCounts extends Record<string, number> {
  records: number;
  corrupt: number;
  refused: number;
  opened: number;
}

/**
 * Calls `round` again and again while scribble.c, a process of its own, overwrites the memory of the ring. A round may
 * throw EbpfError, and nothing else.
 *
 * @param words - Of the command line of scribble.c, after the seconds are put in their place.
 */
export async function whileScribbled(
  words: (seconds: string) => readonly string[],
  round: (counts: ScribbledCounts, hasEnded: () => boolean) => Promise<void>,
): Promise<void> {
  const seconds = Math.ceil(Number(process.argv[3] ?? "5"));
  const folder = mkdtempSync(path.join(tmpdir(), "ebpf-scribble-"));
  const counts: ScribbledCounts = { records: 0, corrupt: 0, refused: 0, opened: 0 };
  let ended = false;
  let status: number | null = null;
  try {
    const program = path.join(folder, "scribble");
    execFileSync("gcc", ["-O1", "-o", program, path.join(import.meta.dirname, "scribble.c")]);
    const scribbler = spawn(program, words(`${seconds}`), { stdio: "ignore" });
    scribbler.on("close", (code) => {
      status = code;
      ended = true;
    });
    while (!ended) {
      console.log(JSON.stringify(counts));
      try {
        await round(counts, () => ended);
      } catch (error) {
        if (!(error instanceof EbpfError)) throw error;
        if (error instanceof RingCorruptError) counts.corrupt++;
        else counts.refused++;
        await setTimeout(1);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (status !== 0) throw new Error(`scribble.c ended with ${status}`);
  console.log(JSON.stringify({ done: true, counts, slowest: 0 }));
}
