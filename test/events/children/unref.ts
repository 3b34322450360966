// Waits for records that never come, without holding the process; what it says is said when the loop has nothing left.

import { RingBuf } from "../../../lib/index.ts";
import { Sender } from "../sender.ts";

const sender = new Sender();
const ring = new RingBuf(sender.map()).unref();
process.once("beforeExit", () => console.log(JSON.stringify({ closed: ring.closed })));
void ring.forEach(() => {});
