export { type EveryOptions, every } from "./every.ts";
export { isInterrupted, throwIfAborted } from "./interrupted.ts";
export { type UntilInterruptedOptions, untilInterrupted } from "./until-interrupted.ts";
