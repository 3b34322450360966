// What decoding a record costs, against a DataView reader written by hand, in one run: generated code, the codec made
// at run time, and the getters of a view.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codecOf } from "../../lib/codec/codec-of.ts";
import type { Codec } from "../../lib/codec/index.ts";
import { type ViewClass, ViewPlace } from "../../lib/codec/view.ts";
import { generate } from "../../lib/codegen/generate.ts";
import { strip } from "../../lib/codegen/strip.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { root } from "../root.ts";
import type { Row } from "./report.ts";

const source = `
struct plain { unsigned long long time; unsigned pid, uid; long long delta; int result; short kind; }
  __attribute__((aligned(64)));
struct plain plain;
`;
const RECORDS = 1024;
const ROUNDS = 400;
const SAMPLES = 9;

interface Plain {
  time: bigint;
  pid: number;
  uid: number;
  delta: bigint;
  result: number;
  kind: number;
}

const folder = join(root, ".build/bench-codec");

export async function benchCodec(): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  try {
    return await measure();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(): Promise<Row[]> {
  const object = compile();
  const spec = ObjectSpec.fromBytes<ObjectSpec>(object, { name: "bench" });
  const generated = await generatedModule(spec);
  const id = spec.btf?.find("plain", "struct")?.id;
  if (spec.btf === undefined || id === undefined) throw new Error("no struct plain");
  const atRunTime = codecOf(spec.btf, id) as Codec<Plain>;
  const { benchPlainCodec, BenchPlainView } = generated;

  const view = new DataView(new ArrayBuffer(64 * RECORDS));
  for (let i = 0; i < RECORDS; i++) {
    view.setBigUint64(64 * i, BigInt(i) << 20n, true);
    view.setUint32(64 * i + 8, i, true);
  }
  let sink = 0;
  const decoding = compare({
    "by hand": () => {
      for (let i = 0; i < RECORDS; i++) sink += byHand(view, 64 * i).pid;
    },
    generated: () => {
      for (let i = 0; i < RECORDS; i++) sink += benchPlainCodec.read(view, 64 * i).pid;
    },
    "run time": () => {
      for (let i = 0; i < RECORDS; i++) sink += atRunTime.read(view, 64 * i).pid;
    },
  });
  const place = new ViewPlace();
  const window = new BenchPlainView(place) as unknown as Plain;
  const looking = compare({
    "by hand": () => {
      for (let i = 0; i < RECORDS; i++) {
        const at = 64 * i;
        sink += view.getUint32(at + 8, true) + view.getUint32(at + 12, true);
        sink += view.getInt32(at + 24, true) + view.getInt16(at + 28, true);
        if (view.getBigUint64(at, true) === view.getBigInt64(at + 16, true)) sink++;
      }
    },
    "view's getter": () => {
      for (let i = 0; i < RECORDS; i++) {
        place.move(view, 64 * i, 64 * i + 64);
        sink += window.pid + window.uid;
        sink += window.result + window.kind;
        if (window.time === window.delta) sink++;
      }
    },
  });
  if (Number.isNaN(sink)) throw new Error("nothing was read");
  const row = (what: string, costs: Map<string, number>, name: string, limit: number): Row => ({
    what,
    ours: costs.get(name) as number,
    theirs: costs.get("by hand") as number,
    peer: "by hand",
    limit,
  });
  return [
    row("decode six fields, generated", decoding, "generated", 1.2),
    row("decode six fields, at run time", decoding, "run time", 2),
    // As much as by hand; the rest is what the clock is worth.
    row("look at six fields through a view", looking, "view's getter", 1.1),
  ];
}

function byHand(view: DataView, offset: number): Plain {
  return {
    time: view.getBigUint64(offset, true),
    pid: view.getUint32(offset + 8, true),
    uid: view.getUint32(offset + 12, true),
    delta: view.getBigInt64(offset + 16, true),
    result: view.getInt32(offset + 24, true),
    kind: view.getInt16(offset + 28, true),
  };
}

/** The best of some samples of each, taken in turn, in nanoseconds for one record. */
function compare(contestants: Record<string, () => void>): Map<string, number> {
  const best = new Map<string, number>();
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const [name, once] of Object.entries(contestants)) {
      // Time of the processor, not of the clock: what else runs on this machine is not to count.
      const begin = process.cpuUsage();
      for (let round = 0; round < ROUNDS; round++) once();
      const { user, system } = process.cpuUsage(begin);
      const each = ((user + system) * 1000) / ROUNDS / RECORDS;
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, each));
    }
  }
  return best;
}

function compile(): Uint8Array {
  const [file, object] = [join(folder, "bench.c"), join(folder, "bench.o")];
  writeFileSync(file, source);
  const { status, stderr } = spawnSync("clang-19", ["-target", "bpf", "-g", "-O2", "-c", file, "-o", object]);
  if (status !== 0) throw new Error(stderr.toString());
  return strip(readFileSync(object));
}

async function generatedModule(
  spec: ObjectSpec,
): Promise<{ benchPlainCodec: Codec<Plain>; BenchPlainView: ViewClass<Plain> }> {
  const options = { stem: "bench.bpf", prefix: "Bench", source: "bench.c", globalTypes: true } as const;
  const types = [{ name: "plain" }];
  const { files } = generate(spec, { ...options, types, object: "embed", js: true });
  const text = String(files[0]?.contents)
    .replace('from "ebpf"', `from ${JSON.stringify(join(root, "lib/index.ts"))}`)
    .replace('from "ebpf/generated"', `from ${JSON.stringify(join(root, "lib/codec/generated.ts"))}`);
  const file = join(folder, "bench.bpf.mjs");
  writeFileSync(file, text);
  return import(file);
}
