import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { cgroup2 } from "../support/cgroup2.ts";

export const exporterProgram = join(import.meta.dirname, "../../.build/examples/exporter/exporter.js");

export interface Running extends AsyncDisposable {
  /** What its first matching line says. */
  readonly said: string;
  /** Its process ID. */
  readonly pid: number;
  /** Ends it by SIGTERM, which it must survive without an error. */
  stop(): Promise<void>;
}

/** A program that is at work: one of its lines matches `ready`. */
export async function running(command: string, args: readonly string[], ready: RegExp): Promise<Running> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  let output = "";
  const said = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr] satisfies Readable[])
      createInterface(stream).on("line", (line) => {
        output += `${line}\n`;
        const match = ready.exec(line);
        if (match !== null) resolve(match[1] as string);
      });
    ended.then(() => reject(new Error(`${command} ended: ${output}`)), reject);
  });
  return {
    said,
    pid: child.pid as number,
    async stop() {
      await endOf(child, ended);
      if (child.exitCode !== 0) throw new Error(`${command} ended with ${child.exitCode}: ${output}`);
    },
    [Symbol.asyncDispose]: () => endOf(child, ended),
  };
}

async function endOf(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  await ended;
}

/** The exporter, at a port of its own. `said` is the URL of its metrics. */
export function startExporter(
  args: readonly string[],
  before: readonly string[] = [],
  program = exporterProgram,
): Promise<Running> {
  const [command = "", ...rest] = [...before, process.execPath, program, "--listen", "127.0.0.1:0", ...args];
  return running(command, rest, /(http:\S+\/metrics)/);
}

/** The cgroup of a container in a pod, as containerd makes it, without a container in it. */
export function containerCgroup() {
  const container = `${process.pid}`.padStart(64, "0");
  const pod = `${process.pid}`.padStart(32, "0").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const folders = [
    `ebpf-exporter-${process.pid}.slice`,
    `kubepods-pod${pod.replaceAll("-", "_")}.slice`,
    `cri-containerd-${container}.scope`,
  ];
  const path = join(cgroup2(), ...folders);
  mkdirSync(path, { recursive: true });
  return {
    container,
    pod,
    path,
    /** Runs a script of bash inside. The shell starts outside of it. */
    async run(script: string): Promise<void> {
      await once(spawn("bash", ["-c", `echo $$ >${path}/cgroup.procs; ${script}`]), "close");
    },
    [Symbol.dispose]() {
      for (let folder = path; folder !== cgroup2(); folder = dirname(folder)) rmdirSync(folder);
    },
  };
}

/** Asks again and again until there is an answer. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await setTimeout(100);
  }
}

/** The samples of a text for Prometheus that have all these labels, by name. */
export function samplesOf(text: string, name: string, ...labels: string[]): number[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => labels.every((label) => line.includes(label)))
    .map((line) => Number(line.slice(line.lastIndexOf(" "))));
}
