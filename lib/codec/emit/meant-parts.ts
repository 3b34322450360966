import type { MeantLayout } from "../layout.ts";

/** The functions of `parts/` for the values of each meaning. */
export const meantParts = {
  ipv4: { read: "readIPv4", write: "writeIPv4" },
  ipv6: { read: "readIPv6", write: "writeIPv6" },
  mac: { read: "readMac", write: "writeMac" },
  ktime: { read: "readKtime", write: "writeKtime" },
} as const satisfies Record<MeantLayout["meaning"], { read: string; write: string }>;
