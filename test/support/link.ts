import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { type Collection, CollectionSpec, NotSupportedError, type Program } from "../../lib/index.ts";
import { testObject } from "./objects.ts";
import { requires, requiresConfig } from "./requires.ts";

/** One program of a test object, loaded alone, so that a kernel need not know the others. */
export interface Loaded extends Disposable {
  coll: Collection;
  program: Program;
  /** How often the program has run. */
  hits(): bigint;
  cookie(): bigint;
}

export function loadAlone(
  object: string,
  name: string,
  edit: (spec: CollectionSpec) => void = () => undefined,
): Loaded {
  const spec = CollectionSpec.fromFile(testObject(object));
  for (const program of Object.values(spec.programs)) program.autoload = program.name === name;
  edit(spec);
  const coll = spec.loadSync();
  const program = coll.programs[name];
  if (program === undefined) throw new Error(`${name} was not loaded`);
  return {
    coll,
    program,
    hits: () => coll.variables["hits"]?.value as bigint,
    cookie: () => coll.variables["cookie"]?.value as bigint,
    [Symbol.dispose]: () => coll.close(),
  };
}

/**
 * Like `loadAlone`, for programs that attach to functions by BTF: the test is skipped where the kernel refuses all of
 * them, as those of some virtual machines do. It says so with EPERM and without a word of the verifier.
 */
export function loadTrampoline(
  context: TestContext,
  what: string,
  ...args: Parameters<typeof loadAlone>
): Loaded {
  try {
    return loadAlone(...args);
  } catch (error) {
    if (!(error instanceof NotSupportedError) || error.errnoName !== "EPERM") throw error;
    requires(context, false, `${what}: ${error.message}`);
    throw error;
  }
}

/** Makes an event that tracing programs can see: kill() with no signal. */
export function kill(times = 10): void {
  for (let i = 0; i < times; i++) process.kill(process.pid, 0);
}

/** Skips the test where the kernel is built without kprobes. */
export function requiresKprobes(context: TestContext): void {
  requiresConfig(context, "CONFIG_KPROBE_EVENTS", "kprobe");
}

/** A cgroup of version 2 with this process in it, until it is disposed. */
export function ownCgroup(): Disposable & { path: string } {
  const root = /^\S+ (\S+) cgroup2 /m.exec(readFileSync("/proc/self/mounts", "utf8"))?.[1];
  if (root === undefined) throw new Error("cgroup2 is not mounted");
  const before = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "/";
  const path = join(root, `ebpf-test-${process.pid}`);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "cgroup.procs"), String(process.pid));
  return {
    path,
    [Symbol.dispose]() {
      writeFileSync(join(root, before, "cgroup.procs"), String(process.pid));
      rmdirSync(path);
    },
  };
}

/** A network namespace with loopback up, that `ip netns exec` and `link` options know by name. */
export function ownNetns(): Disposable & { path: string; run(script: string): string } {
  const name = `ebpf-test-${process.pid}`;
  execFileSync("ip", ["netns", "add", name]);
  const remove = () => void execFileSync("ip", ["netns", "delete", name]);
  try {
    execFileSync("ip", ["-n", name, "link", "set", "lo", "up"]);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    path: `/run/netns/${name}`,
    run: (script) => execFileSync("ip", ["netns", "exec", name, "sh", "-c", script], { encoding: "utf8" }),
    [Symbol.dispose]: remove,
  };
}

/** Two interfaces, with what is sent by one coming in at the other. */
export function veth(): Disposable & { from: string; to: string; send(): void } {
  const from = `va${process.pid}`;
  const to = `vb${process.pid}`;
  const ip = (...words: string[]) => void execFileSync("ip", words);
  ip("link", "add", from, "type", "veth", "peer", "name", to);
  ip("link", "set", from, "up");
  ip("link", "set", to, "up");
  ip("address", "add", "10.231.78.1/24", "dev", from);
  ip("neigh", "add", "10.231.78.2", "lladdr", "02:00:00:00:00:02", "dev", from);
  const send = `const s = require("dgram").createSocket("udp4"); s.send("x", 9, "10.231.78.2", () => s.close())`;
  return {
    from,
    to,
    send: () => void execFileSync(process.execPath, ["-e", send]),
    [Symbol.dispose]: () => ip("link", "delete", from),
  };
}

/** A JavaScript program that sends itself a datagram on loopback and waits for it, `times` over. */
export function datagrams(times: number): string {
  return `const s=require("dgram").createSocket("udp4");let n=0;s.on("message",()=>{if(++n===${times})s.close();else send()});
const send=()=>s.send("x",s.address().port,"127.0.0.1");s.bind(0,"127.0.0.1",send)`;
}

/** Sends datagrams over this namespace's loopback. */
export function sendDatagrams(times = 5): void {
  execFileSync(process.execPath, ["-e", datagrams(times)]);
}
