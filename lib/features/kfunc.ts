import { readdirSync } from "node:fs";
import { checkName } from "../arguments/index.ts";
import { exit, type Item, instruction } from "../asm/index.ts";
import { calls, opcodes } from "../asm/opcodes.ts";
import { Btf } from "../btf/index.ts";
import { EOPNOTSUPP } from "../errors/errno.ts";
import { SystemError } from "../errors/index.ts";
import type { Status } from "../native/handle.ts";
import type { ProgramType } from "../spec/index.ts";
import { checkProgramType } from "../spec/kernel-names.ts";
import { capabilitiesFor } from "./capabilities.ts";
import { attachTypes, BPF_F_SLEEPABLE, isLoadedAlone } from "./helper-call.ts";
import { refusedEarly, type Trial, tryLoad } from "./load.ts";
import { programType } from "./probe-types.ts";
import { question } from "./question.ts";

/** The location of a kfunc. */
export interface KfuncPlace {
  /** The loaded module; undefined for the kernel itself. */
  readonly module: string | undefined;
  readonly id: number;
}

/** Finds a function in the types of the kernel and of its loaded modules. Undefined if none has it. */
export function findKfunc(name: string): KfuncPlace | undefined {
  const inKernel = Btf.kernel().find(name, "func");
  if (inKernel !== undefined) return { module: undefined, id: inKernel.id };
  for (const module of modulesWithBtf()) {
    const found = Btf.module(module).find(name, "func");
    if (found !== undefined) return { module, id: found.id };
  }
  return undefined;
}

function modulesWithBtf(): string[] {
  return readdirSync("/sys/kernel/btf").filter((name) => name !== "vmlinux");
}

/**
 * Whether programs of a type may call a kfunc, a function of the kernel or of a loaded module. For a kfunc that sleeps:
 * whether sleepable programs of the type may.
 *
 * @throws {@link NoBtfError} when the kernel has no BTF.
 * @throws {@link PermissionError}, {@link SystemError} as `helper` does; `SystemError` (EOPNOTSUPP) for the types ext, lsm
 * and struct-ops. Programs of type tracing are tried as iterators.
 *
 * @since Linux 5.13
 */
export function kfunc(type: ProgramType, name: string): boolean {
  checkProgramType(type, "program type");
  checkName(name, "kfunc");
  const what = `kfunc "${name}" in programs of type "${type}"`;
  if (!isLoadedAlone(type) && type !== "tracing")
    throw new SystemError(`cannot probe support for ${what}`, {
      operation: "probe",
      errno: EOPNOTSUPP,
      remedy: `Programs of type "${type}" are loaded for a target, which determines the kfuncs that they may call`,
    });
  const place = findKfunc(name);
  // Not cached: a module that has it can be loaded later.
  if (place === undefined) return false;
  return question(what, capabilitiesFor({ programs: [type] }), () =>
    programType(type) ? callsKfunc(type, place) : 0,
  );
}

// The third message comes from kernels without kfuncs.
const forbidden =
  /calling kernel function .* is not allowed|can be sleepable|uses reserved fields|calling kernel function is not supported/;

function callsKfunc(type: ProgramType, { id, module }: KfuncPlace): Status {
  const instructions: Item[] = [
    instruction({
      opcode: opcodes.call,
      src: calls.kfunc,
      offset: module === undefined ? 0 : 1,
      imm: id,
    }),
    exit(),
  ];
  const trial: Trial = { type, attachType: attachTypes[type], instructions, module };
  if (type === "tracing") Object.assign(trial, { attachType: "trace-iter", function: "bpf_map" });
  let { status, log } = tryLoad({ ...trial, flags: type === "syscall" ? BPF_F_SLEEPABLE : 0 });
  if (/program must be sleepable|sleepable kfunc/.test(log))
    ({ status, log } = tryLoad({ ...trial, flags: BPF_F_SLEEPABLE }));
  if (status === 0) return 1;
  if (forbidden.test(log)) return 0;
  // The kernel refused the program before the verifier reached the call.
  return refusedEarly(log) ? status : 1;
}
