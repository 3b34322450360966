import { MapBase } from "./base.ts";

/** A table of functions that the kernel calls, with programs in the place of them. Linking it registers it. Linux 5.6. */
export class StructOpsMap extends MapBase {}
