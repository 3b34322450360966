import { readFileSync } from "node:fs";
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
  // Includes interfaces that are down, unlike os.networkInterfaces. /sys/class/net shows the namespace in which /sys
  // was mounted.
  const file = "/proc/thread-self/net/dev";
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.filter((line) => line.includes(":")).map((line) => line.slice(0, line.indexOf(":")).trim());
  } catch (cause) {
    // Without a descriptor, the failed lookup does not show that the interface is missing either.
    rethrowUnlessHidden(file, cause);
    return Object.keys(networkInterfaces());
  }
}
