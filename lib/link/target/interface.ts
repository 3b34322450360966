import { readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { NoInterfaceError } from "../../errors/index.ts";
import { rethrowUnlessHidden } from "../../kernel/file-error.ts";
import { native } from "../../native/addon.ts";

/**
 * The index of a network interface of this thread's network namespace.
 *
 * @throws {@link NoInterfaceError} when no interface has the name or index.
 */
export function interfaceIndex(nameOrIndex: string | number): number {
  if (typeof nameOrIndex === "number") {
    if (native().interfaceName(nameOrIndex) === undefined)
      throw new NoInterfaceError({ interface: nameOrIndex, known: known() });
    return nameOrIndex;
  }
  const index = native().interfaceIndex(nameOrIndex);
  if (index === 0) throw new NoInterfaceError({ interface: nameOrIndex, known: known() });
  return index;
}

function known(): string[] {
  try {
    // Includes interfaces that are down, unlike os.networkInterfaces. Shows the namespace that /sys was mounted in.
    return readdirSync("/sys/class/net");
  } catch (cause) {
    // Without a descriptor, the failed lookup does not show that the interface is missing either.
    rethrowUnlessHidden("/sys/class/net", cause);
    return Object.keys(networkInterfaces());
  }
}
