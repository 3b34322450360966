import { Btf, readLine } from "../btf/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { type NativeTable, programTables } from "../native/program.ts";
import { privateTable } from "./info.ts";

/** The line of C of a translated instruction. */
export interface SourceLine {
  /** Index of the first translated instruction of the line. */
  instruction: number;
  /** Path of the source file, as passed to the compiler. */
  file: string;
  /** Starts at 1. */
  line: number;
  /** Starts at 1. */
  column: number;
  /** Text of the line. */
  text: string;
  /** Address of the machine code; undefined without the JIT, or when the kernel hides addresses. */
  address: bigint | undefined;
}

/** A function of a program. The first one is the main function. */
export interface ProgramFunction {
  /** Index of the first translated instruction of the function. */
  instruction: number;
  /** Name of the function. */
  name: string;
  /** Size of the machine code in bytes; undefined without the JIT. */
  jitedSize: number | undefined;
  /** Address of the machine code; undefined without the JIT, or when the kernel hides addresses. */
  address: bigint | undefined;
}

/** Returns the BTF that a program was loaded with; undefined for none. */
export function btfOf(handle: Handle): Btf | undefined {
  const { btfId } = native().programInfo(handle);
  return btfId === 0 ? undefined : Btf.parse(native().btfBytes(btfId));
}

export function sourceLines(handle: Handle, name: string): SourceLine[] {
  const table = privateTable(handle, name, "lines", "lines");
  const btf = table.bytes.length === 0 ? undefined : btfOf(handle);
  if (btf === undefined) return [];
  const addresses = records(native().programTable(handle, programTables.jitedLines));
  // struct bpf_line_info
  return records(table).map((record, i) => ({
    instruction: record.getUint32(0, hostIsLittleEndian),
    ...readLine(record, 0, btf),
    address: addresses[i]?.getBigUint64(0, hostIsLittleEndian),
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

/** Returns the full name of a program, if its BTF is readable. The kernel itself keeps only 15 characters. */
export function wholeName(handle: Handle, short: string): string {
  if (short.length < 15) return short;
  try {
    return functionsOf(handle, short)[0]?.name ?? short;
  } catch {
    // Reading BTF by ID needs CAP_SYS_ADMIN. Without it, keep the short name.
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
