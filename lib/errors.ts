export * from "./errors/base.ts";
export * from "./errors/compile.ts";
export * from "./errors/map.ts";
export * from "./errors/object.ts";
export * from "./errors/platform.ts";
export * from "./errors/program.ts";
export * from "./errors/system.ts";
export * from "./errors/value.ts";
