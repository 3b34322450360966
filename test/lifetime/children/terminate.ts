// Ends workers while they load, and says what descriptors that left.
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { scriptWorker } from "../../support/script.ts";

const bpf = () =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return /^anon_inode:(bpf|btf)/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false;
    }
  }).length;

const file = join(import.meta.dirname, "load-in-worker.ts");
const results: string[] = [];
for (let i = 0; i < 8; i++) {
  const worker = scriptWorker(file, { argv: [i % 2 === 0 ? "async" : "sync"] });
  await new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
  });
  await setTimeout(i * 15);
  results.push(String(await worker.terminate()));
}
for (let i = 0; i < 50 && bpf() > 0; i++) await setTimeout(20);
console.log(JSON.stringify({ results, left: bpf() }));
