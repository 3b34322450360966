export { Link } from "./link.ts";
export { type TracepointOptions, tracepoint } from "./tracepoint.ts";
