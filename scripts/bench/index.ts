import { benchCodec } from "./codec.ts";
import { benchLoad } from "./load.ts";
import { benchMaps } from "./maps.ts";
import { report } from "./report.ts";

const good = [report(await benchMaps()), report(await benchLoad()), report(await benchCodec())];
if (good.includes(false)) process.exitCode = 1;
