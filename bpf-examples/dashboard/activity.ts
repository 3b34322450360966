// The activity of the last two minutes, as the page shows it.
import { constants } from "node:os";
import { Histogram, wallTime } from "ebpf";
import type { ExecsnoopExec } from "../tools/execsnoop/execsnoop.bpf.ts";
import type { ExitsnoopExit } from "../tools/exitsnoop/exitsnoop.bpf.ts";
import { commandLine } from "./command-line.ts";

/** A program that was started. */
export interface Started {
  /** Milliseconds since 1970. */
  time: number;
  pid: number;
  ppid: number;
  uid: number;
  command: string;
}

/** How a process ended. */
export interface Ended {
  pid: number;
  /** Since it was forked. */
  seconds: number;
  /** The status, or the name of a signal. */
  end: number | string;
}

/** What the counters of packets.bpf.c show. */
export interface Traffic {
  packets: Record<"tcp" | "udp" | "icmp" | "other", number>;
  bytes: number;
}

/** What happened since the sample before it. */
export interface Sample extends Traffic {
  time: number;
  started: number;
  ended: number;
  failed: number;
}

/** Since the beginning. */
export interface Totals {
  started: number;
  failed: number;
  packets: number;
  bytes: number;
  /** Records that did not fit into a ring buffer. */
  lost: number;
  /** Of processes, in microseconds. */
  runTimes: Slots;
  /** Of packets, in bytes. */
  sizes: Slots;
}

/** The slot `n` counts values from 2^n to 2^(n+1)-1. */
export interface Slots {
  counts: number[];
  median: number | null;
}

/** What changed since the sample before it. */
export interface Update {
  sample: Sample;
  /** The newest ones: of a thousand in a second, most are in the count alone. */
  programs: Started[];
  ends: Ended[];
  totals: Totals;
}

/** What a browser needs that begins to watch. */
export interface Snapshot {
  samples: Sample[];
  programs: (Started & Partial<Ended>)[];
  totals: Totals;
}

const SAMPLES = 120;
const PROGRAMS = 100;

const signals = new Map<number, string>();
for (const [name, number] of Object.entries(constants.signals))
  if (!signals.has(number)) signals.set(number, name);

export class Activity {
  readonly #samples: Sample[] = [];
  readonly #programs: (Started & Partial<Ended>)[] = [];
  readonly #runTimes = new Array<number>(40).fill(0);
  #programsNow: Started[] = [];
  #endsNow: Ended[] = [];
  #now = { started: 0, ended: 0, failed: 0 };
  #before: Traffic = { packets: { tcp: 0, udp: 0, icmp: 0, other: 0 }, bytes: 0 };
  #totals: Totals = {
    started: 0,
    failed: 0,
    packets: 0,
    bytes: 0,
    lost: 0,
    runTimes: { counts: [], median: null },
    sizes: { counts: [], median: null },
  };

  started(record: ExecsnoopExec): void {
    const { time, pid, ppid, uid } = record;
    const program = { time: wallTime(time).getTime(), pid, ppid, uid, command: commandLine(record) };
    this.#now.started++;
    keepNewest(this.#programs, program, PROGRAMS);
    keepNewest(this.#programsNow, program, PROGRAMS);
  }

  ended({ age, pid, code }: ExitsnoopExit): void {
    this.#now.ended++;
    if (code !== 0) this.#now.failed++;
    const microseconds = Math.max(1, Number(age / 1000n));
    const slot = Math.min(Math.floor(Math.log2(microseconds)), this.#runTimes.length - 1);
    this.#runTimes[slot] = (this.#runTimes[slot] ?? 0) + 1;
    const program = this.#programs.findLast((each) => each.pid === pid);
    if (program === undefined) return;
    const end = { pid, seconds: Number(age) / 1e9, end: signals.get(code & 0x7f) ?? (code >> 8) & 0xff };
    Object.assign(program, end);
    keepNewest(this.#endsNow, end, PROGRAMS);
  }

  /**
   * Closes a sample.
   *
   * @param traffic - The counters, since the beginning.
   */
  update(traffic: Traffic, sizes: readonly number[], lost: number): Update {
    const sample: Sample = { time: Date.now(), ...this.#now, ...since(this.#before, traffic) };
    keepNewest(this.#samples, sample, SAMPLES);
    this.#totals = {
      started: this.#totals.started + sample.started,
      failed: this.#totals.failed + sample.failed,
      packets: sum(traffic.packets),
      bytes: traffic.bytes,
      lost,
      runTimes: slots(this.#runTimes),
      sizes: slots(sizes),
    };
    const update = { sample, programs: this.#programsNow, ends: this.#endsNow, totals: this.#totals };
    this.#now = { started: 0, ended: 0, failed: 0 };
    this.#before = traffic;
    this.#programsNow = [];
    this.#endsNow = [];
    return update;
  }

  snapshot(): Snapshot {
    return { samples: this.#samples, programs: this.#programs, totals: this.#totals };
  }
}

function keepNewest<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}

function since(before: Traffic, now: Traffic): Traffic {
  return {
    packets: {
      tcp: now.packets.tcp - before.packets.tcp,
      udp: now.packets.udp - before.packets.udp,
      icmp: now.packets.icmp - before.packets.icmp,
      other: now.packets.other - before.packets.other,
    },
    bytes: now.bytes - before.bytes,
  };
}

function sum(numbers: Record<string, number>): number {
  return Object.values(numbers).reduce((total, number) => total + number, 0);
}

function slots(counts: readonly number[]): Slots {
  return { counts: [...counts], median: Histogram.log2(counts).percentile(50) ?? null };
}
