// Reads records until it is interrupted, says "reading" when it does, and "end" after the loop.
import { every, InterruptedError, RingBuf, untilInterrupted } from "../../../lib/index.ts";
import { Sender } from "../../events/sender.ts";

const [how = ""] = process.argv.slice(2);
const signal = untilInterrupted();
process.on("exit", (code) => console.error(`end ${code} ${signal.reason?.by}`));

if (how === "every") {
  for await (const tick of every(20, { signal })) console.log(tick === 1 ? "reading" : "tick");
} else if (how === "silent") {
  // Nothing is written after the first line, so that no write finds out that stdout has no reader.
  console.log("reading");
  for await (const _ of every(20, { signal }));
} else if (how === "caller") {
  const mine = new AbortController();
  mine.abort(new InterruptedError());
  for await (const _ of every(20, { signal: AbortSignal.any([signal, mine.signal]) }));
  console.error(`ended by ${mine.signal.reason.by}`);
  process.exit();
} else {
  using sender = new Sender();
  using ring = new RingBuf(sender.map());
  sender.send(1);
  for await (const _ of ring.values({ signal })) console.log("reading");
}
console.error("after the loop");
