import { uptime } from "node:os";
import { EPERM } from "../errno.ts";
import { PermissionError } from "../errors.ts";
import { holds, privilegeRemedy } from "../kernel/privilege.ts";
import { ask } from "../live/ask.ts";
import type { Handle } from "../native/handle.ts";
import { type NativeTable, programTables } from "../native/program.ts";
import { native } from "../native.ts";
import { type ProgramType, programTypeName } from "../spec/index.ts";

/** What the kernel tells of a program. Undefined is what this kernel does not tell, or a program does not have. */
export interface ProgramInfo<Type extends ProgramType = ProgramType> {
  /** Unique in the kernel for as long as the program lives. */
  id: number;
  type: Type;
  /** As the kernel has it: at most 15 characters. */
  name: string;
  /** A hash of the instructions, in hexadecimal: the same program has the same tag everywhere. */
  tag: string;
  /** Ids of the maps that it uses. */
  mapIds: number[];
  /** Nanoseconds from the machine's start to the loading of the program. */
  loadTime: bigint;
  /** The same as a date, as exact as the clock has been since. */
  loadedAt: Date;
  createdByUid: number;
  gplCompatible: boolean;
  /** Of the BTF that it was loaded with. */
  btfId: number | undefined;
  /** The kernel's or a program's BTF that it is attached by, and the function in there. */
  attachBtfObjectId: number | undefined;
  attachBtfId: number | undefined;
  /** The device that it was offloaded to. */
  ifindex: number | undefined;
  /** Bytes after the verifier's rewriting; 0 when the kernel keeps them from this process. */
  translatedSize: number;
  /** Bytes of machine code; 0 without the JIT, or when the kernel keeps them from this process. */
  jitedSize: number;
  /** Instructions that the verifier looked at, which its limit of a million counts. Linux 5.16. */
  verifiedInstructions: number | undefined;
}

/** How often a program ran and how long it took. */
export interface ProgramStats {
  /** Runs while measuring was on. */
  runCount: bigint;
  /** Nanoseconds of all those runs. */
  runTime: bigint;
  /** Runs left out because the program was running on that CPU already. Counted always. Linux 5.12. */
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
 * A table that the kernel shows only to those with CAP_BPF, and where it holds addresses of the kernel only when
 * kptr_restrict allows.
 *
 * @param what - For the message: `machine code`.
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
