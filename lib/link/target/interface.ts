import { readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { NoInterfaceError } from "../../errors.ts";
import { rethrowExhaustion } from "../../kernel/read-file.ts";
import { native } from "../../native.ts";

/**
 * The index of a network interface of this thread's network namespace.
 *
 * @throws NoInterfaceError when there is none of that name or index.
 */
export function interfaceIndex(nameOrIndex: string | number): number {
  if (typeof nameOrIndex === "number") {
    if (native().interfaceName(nameOrIndex) === undefined) throw new NoInterfaceError(nameOrIndex, known());
    return nameOrIndex;
  }
  const index = native().interfaceIndex(nameOrIndex);
  if (index === 0) throw new NoInterfaceError(nameOrIndex, known());
  return index;
}

function known(): string[] {
  try {
    // Also those that are down, which os.networkInterfaces leaves out; but of the namespace that /sys was mounted in.
    return readdirSync("/sys/class/net");
  } catch (cause) {
    // Then the interface was not looked for either.
    rethrowExhaustion("/sys/class/net", cause);
    return Object.keys(networkInterfaces());
  }
}
