import { existsSync } from "node:fs";

/** The remedy where sysfs is not mounted, as in some containers; undefined where it is. */
export function sysfsRemedy(): string | undefined {
  return existsSync("/sys/kernel") ? undefined : "sysfs is not mounted: mount -t sysfs sysfs /sys";
}
