import { EbpfError, KernelSymbols } from "../../../index.ts";

let symbols: KernelSymbols | false | undefined;

/** Formats an address of the kernel as `vfs_read+0x10`, or in hexadecimal if no function contains it. */
export function kernelAddress(address: bigint): string {
  return kernelSymbol(address) ?? `0x${address.toString(16)}`;
}

/** Returns the function of the kernel at an address; undefined for another address or if the kernel hides them. */
export function kernelSymbol(address: bigint): string | undefined {
  if (address < 0xffff_0000_0000_0000n) return undefined;
  symbols ??= openSymbols();
  const found = symbols === false ? undefined : symbols.find(address);
  if (found === undefined) return undefined;
  const offset = Number(found.offset);
  // Data and the stack lie behind the last function.
  if (offset > 1 << 20) return undefined;
  return offset === 0 ? found.name : `${found.name}+0x${offset.toString(16)}`;
}

function openSymbols(): KernelSymbols | false {
  try {
    return KernelSymbols.ofThisKernel();
  } catch (error) {
    if (error instanceof EbpfError) return false;
    throw error;
  }
}
