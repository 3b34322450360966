import { setTimeout } from "node:timers/promises";

/** Whoever waits for a record that was dropped waits for ever. */
export function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = setTimeout(5000, undefined, { ref: false }).then(() => {
    throw new Error("records were dropped: something else keeps this machine busy");
  });
  return Promise.race([answer, late]);
}
