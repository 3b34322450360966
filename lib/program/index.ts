export { ActivityMeter, type ProgramActivity } from "./activity.ts";
export type { ProgramStream } from "./bpf-streams.ts";
export type { SkBuffContext, SkBuffProgram, SkLookupContext, XdpContext } from "./context.ts";
export type { ProgramOptions } from "./create.ts";
export type { ProgramInfo, ProgramStats } from "./info.ts";
export type { ProgramFunction, SourceLine } from "./lines.ts";
export { type BindableMap, Program } from "./program.ts";
export { enableStats, StatsSwitch } from "./stats.ts";
export type {
  ActionOf,
  TcAction,
  TestRunContext,
  TestRunContextOut,
  TestRunOptions,
  TestRunResult,
  XdpAction,
} from "./test-run.ts";
