import { setTimeout } from "node:timers/promises";

/** A reader that waits for a dropped record never ends. */
export function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = setTimeout(5000, undefined, { ref: false }).then(() => {
    throw new Error("records were dropped: something else keeps this machine busy");
  });
  return Promise.race([answer, late]);
}
