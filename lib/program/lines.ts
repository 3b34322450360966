import { Btf, readLine } from "../btf/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import type { Handle } from "../native/handle.ts";
import { type NativeTable, programTables } from "../native/program.ts";
import { native } from "../native.ts";
import { privateTable } from "./info.ts";

/** Where a translated instruction came from. */
export interface SourceLine {
  /** Index of the first translated instruction of that line. */
  instruction: number;
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** The line itself. */
  text: string;
}

/** A function of a program: the program's own first, then those that it calls. */
export interface ProgramFunction {
  /** Index of its first translated instruction. */
  instruction: number;
  name: string;
  /** Bytes of its machine code; undefined without the JIT. */
  jitedSize: number | undefined;
  /** Where the kernel has put its machine code; undefined without the JIT or when the kernel hides addresses. */
  address: bigint | undefined;
}

/** The BTF that a program was loaded with; undefined when it has none. */
export function btfOf(handle: Handle): Btf | undefined {
  const { btfId } = native().programInfo(handle);
  return btfId === 0 ? undefined : Btf.parse(native().btfBytes(btfId));
}

export function sourceLines(handle: Handle, name: string): SourceLine[] {
  const table = privateTable(handle, name, "lines", "lines");
  const btf = table.bytes.length === 0 ? undefined : btfOf(handle);
  if (btf === undefined) return [];
  // struct bpf_line_info
  return records(table).map((record) => ({
    instruction: record.getUint32(0, hostIsLittleEndian),
    ...readLine(record, 0, btf),
  }));
}

export function functionsOf(handle: Handle, name: string): ProgramFunction[] {
  const table = privateTable(handle, name, "functions", "functions");
  const btf = table.bytes.length === 0 ? undefined : btfOf(handle);
  if (btf === undefined) return [];
  const lengths = records(native().programTable(handle, programTables.jitedLengths));
  const addresses = records(native().programTable(handle, programTables.jitedSymbols));
  // struct bpf_func_info
  return records(table).map((record, i) => ({
    instruction: record.getUint32(0, hostIsLittleEndian),
    name: btf.type(record.getUint32(4, hostIsLittleEndian)).name,
    jitedSize: lengths[i]?.getUint32(0, hostIsLittleEndian),
    address: addresses[i]?.getBigUint64(0, hostIsLittleEndian),
  }));
}

/** The whole name of a program of which the kernel keeps 15 characters, when its BTF may be read. */
export function wholeName(handle: Handle, short: string): string {
  if (short.length < 15) return short;
  try {
    return functionsOf(handle, short)[0]?.name ?? short;
  } catch {
    // Reading BTF by id takes CAP_SYS_ADMIN: the short name does.
    return short;
  }
}

function records(table: NativeTable | null): DataView[] {
  if (table === null) return [];
  const { bytes, recordSize } = table;
  return Array.from(
    { length: bytes.length / recordSize },
    (_, i) => new DataView(bytes.buffer, bytes.byteOffset + i * recordSize, recordSize),
  );
}
