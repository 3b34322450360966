import { uptime } from "node:os";
import { EPERM } from "../errors/errno.ts";
import { PermissionError } from "../errors/index.ts";
import { holds, privilegeRemedy } from "../kernel/privilege.ts";
import { ask } from "../live/ask.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { type NativeTable, programTables } from "../native/program.ts";
import { type ProgramType, programTypeName } from "../spec/index.ts";

/**
 * Properties of a program as reported by the kernel. A property is undefined when this kernel does not report it or the
 * program has none.
 */
export interface ProgramInfo<Type extends ProgramType = ProgramType> {
  /** ID in the kernel, unique among the existing programs. */
  id: number;
  /** Program type. */
  type: Type;
  /** Name in the kernel, at most 15 characters. */
  name: string;
  /** Hash of the instructions in hexadecimal. Equal programs have equal tags on every machine. */
  tag: string;
  /** IDs of the maps that the program uses. */
  mapIds: number[];
  /** Load time, in nanoseconds since boot. */
  loadTime: bigint;
  /** Load time as a date. Changes of the system clock since then make it inexact. */
  loadedAt: Date;
  /** ID of the user who loaded the program. */
  createdByUid: number;
  /** Whether the license of the program allows helpers for GPL-compatible programs. */
  gplCompatible: boolean;
  /** ID of the BTF object of the program. */
  btfId: number | undefined;
  /** ID of the BTF object that contains the attach target, of the kernel or of a program. */
  attachBtfObjectId: number | undefined;
  /** ID of the attach target in that BTF. */
  attachBtfId: number | undefined;
  /** Index of the network device that the program is offloaded to. */
  ifindex: number | undefined;
  /** Size of the instructions after verification in bytes; 0 when this process may not read them. */
  translatedSize: number;
  /** Size of the machine code in bytes; 0 without the JIT, or when this process may not read it. */
  jitedSize: number;
  /**
   * Number of instructions that the verifier processed, of at most one million.
   *
   * @since Linux 5.16
   */
  verifiedInstructions: number | undefined;
}

/** Run count and run time of a program. */
export interface ProgramStats {
  /** Number of runs while statistics were enabled. */
  runCount: bigint;
  /** Total time of these runs, in nanoseconds. */
  runTime: bigint;
  /**
   * Number of runs skipped because the program was already running on the same CPU. Always counted.
   *
   * @since Linux 5.12
   */
  recursionMisses: bigint | undefined;
}

export function programInfo(handle: Handle): ProgramInfo {
  const raw = native().programInfo(handle);
  return {
    id: raw.id,
    type: programTypeName(raw.type),
    name: raw.name,
    tag: Buffer.from(raw.tag).toString("hex"),
    mapIds: mapIds(handle),
    loadTime: raw.loadTime,
    loadedAt: new Date(Date.now() - uptime() * 1000 + Number(raw.loadTime / 1_000_000n)),
    createdByUid: raw.createdByUid,
    gplCompatible: raw.gplCompatible,
    btfId: raw.btfId || undefined,
    attachBtfObjectId: raw.attachBtfObjectId || undefined,
    attachBtfId: raw.attachBtfId || undefined,
    ifindex: raw.ifindex || undefined,
    translatedSize: raw.translatedSize,
    jitedSize: raw.jitedSize,
    verifiedInstructions: raw.verifiedInstructions,
  };
}

export function programStats(handle: Handle): ProgramStats {
  const { runCount, runTime, recursionMisses } = native().programInfo(handle);
  return { runCount, runTime, recursionMisses };
}

function mapIds(handle: Handle): number[] {
  const bytes = native().programTable(handle, programTables.mapIds)?.bytes ?? new Uint8Array();
  return [...new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)];
}

/**
 * Returns a table of the program. The kernel shows it only to processes with CAP_BPF; a table with kernel addresses
 * also depends on kptr_restrict.
 *
 * @param what - Name of the table in messages: `machine code`.
 */
export function privateTable(
  handle: Handle,
  name: string,
  table: keyof typeof programTables,
  what: string,
): NativeTable {
  const found = ask(`the ${what} of program "${name}"`, ["bpf"], () =>
    native().programTable(handle, programTables[table]),
  );
  const withheld = found === null || (found.bytes.length === 0 && !holds("bpf"));
  if (!withheld) return found;
  throw new PermissionError(`the kernel does not show the ${what} of program "${name}"`, {
    operation: "info",
    errno: EPERM,
    remedy:
      privilegeRemedy(["bpf"]) ?? "It is hidden by sysctl kernel.kptr_restrict or by net.core.bpf_jit_harden",
  });
}
