export { LoadedBtf, type LoadedBtfInfo } from "./loaded-btf.ts";
