export * from "./errors/base.ts";
export * from "./errors/object.ts";
export * from "./errors/value.ts";
