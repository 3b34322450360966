export { BpfMap, type UpdateMode } from "./map.ts";
