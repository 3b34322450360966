import { invalidArgument } from "../arguments/check.ts";
import { generic, type Run, x64 } from "./syscall-tables.ts";

const tables: Partial<Record<NodeJS.Architecture, readonly Run[]>> = {
  x64,
  arm64: generic,
  riscv64: generic,
  loong64: generic,
};

const names = new Map<readonly Run[], Map<number, string>>();

/**
 * The name of a system call by its number, as `raw_syscalls:sys_enter` has it: `openat` for 257 on x86-64. A number
 * without a name in Linux 7.3 is `syscall 999`.
 *
 * @param number - The number of the system call. 32-bit processes use different numbers, which this function does not
 * support.
 * @param architecture - `x64`, `arm64`, `riscv64` or `loong64`. Default: the architecture of this machine.
 * @throws {@link InvalidArgumentError} for another architecture.
 *
 * @example
 * ```ts
 * syscallName(59); // "execve" on x86-64
 * ```
 */
export function syscallName(
  number: number | bigint,
  architecture: NodeJS.Architecture = process.arch,
): string {
  if (typeof number !== "number" && typeof number !== "bigint")
    throw invalidArgument("number of syscallName", "an integer", number);
  const isKnown = typeof architecture === "string" && Object.hasOwn(tables, architecture);
  const table = isKnown ? tables[architecture] : undefined;
  if (table === undefined)
    throw invalidArgument("architecture of syscallName", Object.keys(tables).join(", "), architecture);
  let known = names.get(table);
  if (known === undefined) {
    known = new Map(
      table.flatMap(([first, text]) => text.split(/\s+/).map((name, i) => [first + i, name] as const)),
    );
    names.set(table, known);
  }
  return known.get(Number(number)) ?? `syscall ${number}`;
}
