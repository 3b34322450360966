import { type Codec, i32, u64 } from "../codec/index.ts";
import { KernelSymbols, type SymbolAt } from "../kernel/symbols.ts";
import { mapFlags } from "../spec/index.ts";
import type { MapParts } from "./base.ts";
import { KeyedMap } from "./keyed.ts";

/** One call of a stack, the innermost first. */
export interface StackFrame {
  /** In memory; 0n where only the file and the place in it are known. */
  readonly address: bigint;
  /** Of a map made with the flag `stack-build-id`: the file that the code is from, in hexadecimal. */
  readonly buildId?: string;
  /** Bytes from the start of that file. */
  readonly offset?: bigint;
}

/** A frame with the function of the kernel that it is in; without one, it is in user space or unknown. */
export interface SymbolicFrame extends StackFrame {
  readonly symbol?: SymbolAt | undefined;
}

/** Stacks by the number that bpf_get_stackid gave the program. Linux 4.6; going through them, 4.18. */
export class StackTraceMap extends KeyedMap<number, StackFrame[]> {
  /** @internal */
  constructor(parts: MapParts, key: Codec<number>) {
    super(parts, key, stack(parts.info.valueSize, (parts.info.flags & mapFlags["stack-build-id"]) !== 0));
  }

  /**
   * The stack under `id` with the names of the kernel's functions; undefined when there is none.
   *
   * @param symbols - By default those of the running kernel, read from /proc/kallsyms when first asked for.
   * @throws PermissionError when the kernel hides its addresses, and what `get` throws.
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
    // The kernel refuses it: programs alone fill such a map.
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
