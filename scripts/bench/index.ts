import { benchAsm } from "./asm.ts";
import { benchCodec } from "./codec.ts";
import { benchEvents } from "./events/index.ts";
import { benchLoad } from "./load.ts";
import { benchMaps } from "./maps.ts";
import { report } from "./report.ts";

const good = [
  report(await benchMaps()),
  report(await benchLoad()),
  report(await benchCodec()),
  report(await benchAsm()),
  await benchEvents(),
];
if (good.includes(false)) process.exitCode = 1;
