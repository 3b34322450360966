import type { Scale } from "./measure.ts";
import { entries, links, maps, programs, rings, workers } from "./things.ts";

/** The cost of each thing as their number grows. */
export async function benchScale(): Promise<Scale[]> {
  return [
    await maps(),
    await links(),
    await programs(),
    ...(await entries()),
    await rings(),
    await workers(),
  ];
}
