export type { Facts, ProgramFacts } from "./facts.ts";
export type { LoggedLine, VerifierLog } from "./log.ts";
export { parseLog } from "./parse-log.ts";
export { printReport, type TextOptions } from "./print-report.ts";
export { reportOf } from "./report.ts";
export { noLines, type SourceLines, type SourcePlace } from "./source-lines.ts";
