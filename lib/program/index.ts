export { Program } from "./program.ts";
