import { execFile } from "node:child_process";
import { lookup } from "node:dns/promises";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestContext } from "vitest";
import { cgroup2 } from "../../support/cgroup2.ts";
import { veth } from "../../support/link.ts";
import { sendDatagram, sendDatagramTo } from "../../support/traffic.ts";

const run = promisify(execFile);

/** How the test runs a program of a page that takes arguments or does not end by itself. */
export interface Run {
  /** Skips the test on a machine that cannot run the program. */
  readonly needs?: (context: TestContext) => void;
  /** Makes what the program is run on, for example a cgroup. */
  readonly place?: () => Disposable & { readonly path: string };
  readonly args?: (place: string) => readonly string[];
  /** Makes the event that the program reports; undefined for a program that ends by itself. */
  readonly cause?: (place: string) => unknown;
}

const startProgram = () => run("true");

function ownCgroup(): Disposable & { path: string } {
  const path = join(cgroup2(), `ebpf-docs-${process.pid}`);
  mkdirSync(path);
  return { path, [Symbol.dispose]: () => rmdirSync(path) };
}

/** Connects from inside the cgroup. That it is refused is what the program reports. */
async function connectIn(cgroup: string): Promise<void> {
  const script = 'echo $$ > "$0/cgroup.procs"; exec 3<> /dev/tcp/127.0.0.1/8080';
  await run("bash", ["-c", script, cgroup]).catch(() => undefined);
}

/** The end of a pair of devices at which packets arrive. */
function receiver(): Disposable & { path: string } {
  const { to, ...pair } = veth();
  return { path: to, [Symbol.dispose]: pair[Symbol.dispose] };
}

/** An ARP request arrives, because no neighbour entry exists for the address. */
const sendArp = () => sendDatagramTo("10.231.78.3");

const pinsOf = (device: string) => join("/sys/fs/bpf", `docs_${device}`);

/** The same, and the folder of pins that a program leaves for it. */
function receiverWithPins(): Disposable & { path: string } {
  const device = receiver();
  return {
    path: device.path,
    [Symbol.dispose]: () => {
      rmSync(pinsOf(device.path), { recursive: true, force: true });
      device[Symbol.dispose]();
    },
  };
}

function ownFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), "ebpf-docs-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

/** Below the ports that the kernel hands out. */
const port = 20_000 + (process.pid % 10_000);

/** A packet arrives, then the counters are asked for. */
async function scrape(): Promise<void> {
  await sendArp();
  await fetch(`http://127.0.0.1:${port}/metrics`);
}

/** By page and file. */
export const runs: Readonly<Record<string, Run>> = {
  "README.md main.ts": { cause: startProgram },
  "docs/guides/first-program.md main.ts": { cause: startProgram },
  "docs/guides/c-side.md main.ts": { cause: startProgram },
  "docs/guides/jobs/process-starts.md main.ts": { cause: startProgram },
  "docs/guides/jobs/packets-by-source.md main.ts": { args: () => ["lo"], cause: sendDatagram },
  "docs/guides/jobs/syscall-latency.md main.ts": { cause: startProgram },
  "docs/guides/jobs/library-function.md main.ts": {
    args: () => [String(process.pid)],
    cause: () => lookup("localhost"),
  },
  "docs/guides/jobs/block-connect.md main.ts": {
    place: ownCgroup,
    args: (cgroup) => [cgroup, "127.0.0.1:8080"],
    cause: connectIn,
  },
  "docs/guide.md counter.ts": { cause: startProgram },
  "docs/guide.md drop.ts": { place: receiver, args: (device) => [device], cause: sendArp },
  "docs/guide.md monitor.ts": { place: receiver, args: (device) => [device, "0.2", "0"], cause: sendArp },
  "docs/guide.md degrade.ts": { place: receiver, args: (device) => [device] },
  "docs/guide.md metrics.ts": { place: receiver, args: (device) => [device, `${port}`], cause: scrape },
  "docs/guide.md trace.ts": {
    place: ownFolder,
    args: (folder) => [join(folder, "starts.jsonl")],
    cause: startProgram,
  },
  "docs/guide.md watch.ts": { args: () => ["true"], cause: startProgram },
  "docs/guide.md deploy.ts": { place: receiverWithPins, args: (device) => [device, pinsOf(device)] },
};
