// Asks in a handler that waiting hold the process; nothing else does when the second record is awaited.

import { RingBuf } from "../../../lib/index.ts";
import { Sender } from "../sender.ts";

const sender = new Sender();
const ring = new RingBuf(sender.map());
let seen = 0;
void ring.forEach(() => {
  if (++seen === 1) {
    ring.ref();
  } else {
    console.log(JSON.stringify({ seen }));
    ring.close();
  }
});
sender.send(1);
setTimeout(() => sender.send(1), 300).unref();
