import { benchMaps, report } from "./maps.ts";

if (!report(await benchMaps())) process.exitCode = 1;
