/**
 * The generator behind `bpf2ts`, for build tools that the plugins of `ebpf/plugin` do not cover: compile a C file, and
 * generate the typed loader of an object. Nothing is loaded into a kernel, and only {@link compile} needs clang.
 *
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * import { ObjectSpec } from "ebpf";
 * import { compile, generate, strip } from "ebpf/codegen";
 * const { object } = compile("counter.bpf.c", { target: "arm64" });
 * const spec = ObjectSpec.fromBytes<ObjectSpec>(object);
 * const { files, notes } = generate(spec, { stem: "counter.bpf", bytes: strip(object) });
 * for (const { name, contents } of files) writeFileSync(name, contents);
 * for (const note of notes) console.warn(note);
 * ```
 *
 * @module ebpf/codegen
 */
export { type Compiled, type CompileOptions, compile } from "./compile-c.ts";
export { describeObject } from "./describe-object.ts";
export { generate } from "./generate.ts";
export type { WantedType } from "./loader-records.ts";
export type { Generated, GeneratedFile, GenerateOptions } from "./options.ts";
export { strip } from "./strip.ts";
export { type CpuHeaders, type Target, targetNames, targetOf } from "./targets.ts";
