import { type Codec, i32, u64 } from "../codec/index.ts";
import { KernelSymbols, type SymbolAt } from "../kernel/symbols.ts";
import { mapFlags } from "../spec/index.ts";
import { KeyedMap } from "./keyed.ts";
import type { MapParts } from "./map-base.ts";

/** One frame of a stack. The innermost frame is first. */
export interface StackFrame {
  /** Address in memory; 0n when only the file and the offset are known. */
  readonly address: bigint;
  /** For a map with the flag `stack-build-id`: build ID of the file that contains the code, in hexadecimal. */
  readonly buildId?: string;
  /** Offset in that file, in bytes. */
  readonly offset?: bigint;
}

/** A stack frame with its kernel function. */
export interface SymbolicFrame extends StackFrame {
  /** The function at the address; undefined when no symbol is at or before it. */
  readonly symbol?: SymbolAt | undefined;
}

/**
 * Stacks by the ID that bpf_get_stackid returns to the program.
 *
 * @since Linux 4.6; iteration: 4.18
 */
export class StackTraceMap extends KeyedMap<number, StackFrame[]> {
  /** @internal */
  constructor(parts: MapParts, key: Codec<number>) {
    super(parts, key, stack(parts.info.valueSize, (parts.info.flags & mapFlags["stack-build-id"]) !== 0));
  }

  /**
   * Returns the stack of `id` with the names of kernel functions; undefined when there is no entry.
   *
   * @param symbols - Symbols for the lookup. Default: those of the running kernel, read from /proc/kallsyms at first
   * use.
   * @throws {@link PermissionError} when the kernel hides its addresses, and the errors of `get`.
   */
  symbolize(id: number, symbols: KernelSymbols = KernelSymbols.ofThisKernel()): SymbolicFrame[] | undefined {
    return this.get(id)?.map((frame) => ({ ...frame, symbol: symbols.find(frame.address) }));
  }
}

// enum bpf_stack_build_id_status
const EMPTY = 0;
const VALID = 1;

function stack(size: number, buildIds: boolean): Codec<StackFrame[]> {
  const stride = buildIds ? 32 : 8;
  return {
    size,
    name: buildIds ? "struct bpf_stack_build_id[]" : "u64[]",
    read(view, offset) {
      const frames: StackFrame[] = [];
      for (let at = offset; at + stride <= offset + size; at += stride) {
        const frame = buildIds ? readBuildId(view, at) : readAddress(view, at);
        if (frame === undefined) break;
        frames.push(frame);
      }
      return frames;
    },
    // The kernel rejects writes from user space: only programs store stacks.
    write(view, offset) {
      for (let at = 0; at < size; at++) view.setUint8(offset + at, 0);
    },
  };
}

function readAddress(view: DataView, offset: number): StackFrame | undefined {
  const address = u64.read(view, offset);
  return address === 0n ? undefined : { address };
}

function readBuildId(view: DataView, offset: number): StackFrame | undefined {
  const status = i32.read(view, offset);
  if (status === EMPTY) return undefined;
  const place = u64.read(view, offset + 24);
  if (status !== VALID) return { address: place };
  const id = new Uint8Array(view.buffer, view.byteOffset + offset + 4, 20);
  return { address: 0n, buildId: Buffer.from(id).toString("hex"), offset: place };
}
