import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** The cost of many things of one kind. */
export interface Sample {
  readonly count: number;
  /** CPU time of this process, of which other processes take nothing, in nanoseconds for each thing. */
  readonly cost: number;
  /** Resident memory while all things exist, in bytes for each. */
  readonly memory: number;
}

/** A kind of thing, measured in growing numbers. */
export interface Scale {
  readonly what: string;
  readonly samples: readonly Sample[];
  /** The exponent of the total cost between the two largest numbers: 1 is linear. */
  readonly slope: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Makes `count` things, and returns what removes them. */
export type Make = (count: number) => Disposable | Promise<Disposable>;

/** Measures the numbers in order; the first number runs once before, to compile the code. */
export async function scale(what: string, counts: readonly number[], make: Make): Promise<Scale> {
  (await make(counts[0] ?? 1))[Symbol.dispose]();
  const samples: Sample[] = [];
  for (const count of counts) samples.push(await sample(count, make));
  return scaleOf(what, samples);
}

/** With the slope of the samples, which are in the order of their numbers. */
export function scaleOf(what: string, samples: readonly Sample[]): Scale {
  const [before, last] = samples.slice(-2);
  const slope =
    before === undefined || last === undefined
      ? Number.NaN
      : 1 + Math.log(last.cost / before.cost) / Math.log(last.count / before.count);
  return { what, samples, slope };
}

// Few things cost less than the clock of CPU time measures, so they are made several times. The best time counts.
export async function sample(count: number, make: Make): Promise<Sample> {
  const turns = count <= 1000 ? 5 : 2;
  let cost = Number.POSITIVE_INFINITY;
  let memory = 0;
  for (let turn = 0; turn < turns; turn++) {
    collect();
    const rss = process.memoryUsage().rss;
    const start = process.cpuUsage();
    using _ = await make(count);
    const { user, system } = process.cpuUsage(start);
    cost = Math.min(cost, ((user + system) * 1000) / count);
    memory = Math.max(0, process.memoryUsage().rss - rss) / count;
  }
  return { count, cost, memory };
}
