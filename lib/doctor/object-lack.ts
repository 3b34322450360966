import type { KconfigSpec, KsymSpec, ObjectSpec } from "../spec/index.ts";
import type { KernelFiles } from "./kernel-files.ts";
import { namesIn, nearestText } from "./names-in-btf.ts";

/**
 * The first thing that an object as a whole needs and the kernel lacks. libbpf resolves the externs of an object before
 * it loads any program.
 */
export function objectLack(spec: ObjectSpec, kernel: KernelFiles): string | undefined {
  const isLittle = kernel.littleEndian;
  if (isLittle !== undefined && isLittle !== spec.littleEndian)
    return `The object is ${spec.littleEndian ? "little" : "big"}-endian, that kernel is not`;
  for (const symbol of Object.values(spec.ksyms)) {
    const lack = symbolLack(symbol, kernel);
    if (lack !== undefined) return lack;
  }
  for (const option of Object.values(spec.kconfig)) {
    const lack = optionLack(option, kernel);
    if (lack !== undefined) return lack;
  }
  return undefined;
}

function symbolLack({ name, kind, type, weak }: KsymSpec, { btf }: KernelFiles): string | undefined {
  // `extern const void` refers to an address in /proc/kallsyms.
  if (btf === undefined || weak || type === undefined) return undefined;
  const kindInBtf = kind === "function" ? "func" : "var";
  if (btf.find(name, kindInBtf) !== undefined) return undefined;
  return `That kernel has no ${kind} "${name}"${nearestText(name, namesIn(btf, "", kindInBtf))}. A module may have it`;
}

function optionLack({ name, weak, value }: KconfigSpec, kernel: KernelFiles): string | undefined {
  // Other names are values that libbpf computes.
  if (weak || value !== undefined || !name.startsWith("CONFIG_")) return undefined;
  return kernel.lacks([name]) !== undefined
    ? `The configuration of that kernel does not set ${name}`
    : undefined;
}

/** The first symbol without a type that a program refers to, whose address only /proc/kallsyms has. */
export function untypedSymbol(
  spec: ObjectSpec,
  names: Iterable<string>,
  { btf }: KernelFiles,
): string | undefined {
  for (const name of names) {
    const symbol = Object.hasOwn(spec.ksyms, name) ? spec.ksyms[name] : undefined;
    if (symbol === undefined || symbol.weak || symbol.type !== undefined) continue;
    if (btf?.find(name, "func") === undefined && btf?.find(name, "var") === undefined) return name;
  }
  return undefined;
}
