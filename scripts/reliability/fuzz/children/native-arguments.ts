// Calls every function of the addon with wrong arguments: argv is the first seed and the seconds.
import { closeSync } from "node:fs";
import { type Native, native } from "../../../../lib/native/addon.ts";
import { loadHeader } from "../../../../lib/native/program.ts";
import { Random } from "../../../../test/support/random.ts";

const [first = "1", seconds = "10"] = process.argv.slice(2);
const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const numbers = [
  0,
  1,
  2,
  3,
  4,
  5,
  7,
  8,
  16,
  63,
  64,
  255,
  -1,
  0.5,
  4096,
  65_536,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
];
const simple: unknown[] = [
  ...numbers,
  ...[2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, -0, 1n, -1n, 2n ** 63n, 2n ** 64n],
  ...["", "a", "a\0b", "\ud800", "x".repeat(5000), "/sys/fs/bpf/none", "lo", "/proc/self/exe", "__proto__"],
  ...[undefined, null, true, false, Symbol("s"), () => 1],
  ...[new Uint8Array(0), new Uint8Array(8), new Uint8Array(4096), new BigUint64Array(2), detached],
  ...[new Int32Array(64), new Float64Array(2), new DataView(new ArrayBuffer(8)), new ArrayBuffer(8)],
  ...[new Uint8Array(new SharedArrayBuffer(16)), new Date(), new Proxy({}, {}), Object.create(null)],
];
const names = [
  ...["type", "name", "keySize", "valueSize", "maxEntries", "flags", "attachType", "target", "symbols"],
  ...["addresses", "cookies", "path", "pid", "cpu", "data", "dataOutSize", "context", "repeat", "bytes"],
  ...["maps", "programs", "inner", "reuse", "contents", "btf", "functions", "config", "ifindex", "helper"],
  ...["function", "offset", "symbol", "handle", "priority", "iterTarget", "iterMap", "provider", "socket"],
];

function value(random: Random, depth = 0): unknown {
  const choice = random.below(10);
  if (choice < 7 || depth > 2) return random.pick(simple);
  if (choice === 7) return Array.from({ length: random.below(4) }, () => value(random, depth + 1));
  const object: Record<string, unknown> = {};
  for (let n = random.below(8); n > 0; n--) object[random.pick(names)] = value(random, depth + 1);
  return object;
}

// Live handles, so that calls get past the first check.
const addon = native();
addon.mapCreate({ type: 1, name: "fuzz", keySize: 4, valueSize: 8, maxEntries: 8 });
addon.mapCreate({ type: 2, name: "fuzz", keySize: 4, valueSize: 8, maxEntries: 8 });
addon.mapCreate({ type: 27, name: "fuzz", keySize: 0, valueSize: 0, maxEntries: 4096 });
const request = new Uint8Array(loadHeader.size + 16);
request[loadHeader.type] = 1;
request.set([0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95], loadHeader.size);
addon.programLoad(request, 2);

// Functions that would wait or change this machine's network.
const excluded = /^(pollerStart|pollerStop|pollerHold|attachXdpNetlink|attachFilter)$/;
const functions = Object.keys(Object.getPrototypeOf(addon)).filter(
  (name) => !excluded.test(name),
) as (keyof Native)[];
const end = performance.now() + Number(seconds) * 1000;
let calls = 0;
let slowest = { ms: 0, name: "" };
let seed = Number(first);
for (; performance.now() < end; seed++) {
  if (seed % 500 === 0) console.log(JSON.stringify({ seed, calls }));
  const random = new Random(seed);
  const name = random.pick(functions);
  const values = Array.from({ length: random.below(7) }, () => value(random));
  const begin = performance.now();
  try {
    const answer: unknown = await (addon[name] as (...values: unknown[]) => unknown)(...values);
    if (name === "processFd" && typeof answer === "number" && answer >= 0) closeSync(answer);
  } catch (error) {
    if (typeof (error as { errno?: unknown }).errno !== "number")
      throw new Error(`seed ${seed}: ${name}: an error without errno`, { cause: error });
  }
  calls++;
  const ms = performance.now() - begin;
  if (ms > slowest.ms) slowest = { ms, name };
}
console.log(JSON.stringify({ done: true, counts: { calls }, slowest: slowest.ms, name: slowest.name }));
