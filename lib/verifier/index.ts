export type { Facts, ProgramFacts } from "./facts.ts";
export { noLines, type SourceLines, type SourcePlace } from "./lines.ts";
export type { LoggedLine, VerifierLog } from "./log.ts";
export { parseLog } from "./parse.ts";
export { reportOf } from "./report.ts";
export { printReport, type TextOptions } from "./text.ts";
