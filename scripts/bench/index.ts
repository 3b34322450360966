import { benchLoad } from "./load.ts";
import { benchMaps } from "./maps.ts";
import { report } from "./report.ts";

const good = [report(await benchMaps()), report(await benchLoad())];
if (good.includes(false)) process.exitCode = 1;
