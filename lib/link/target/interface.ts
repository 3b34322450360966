import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { ENODEV, ENOENT, ENXIO } from "../../errors/errno.ts";
import { type EbpfError, NoInterfaceError, SystemError } from "../../errors/index.ts";
import { rethrowUnlessHidden } from "../../kernel/file-error.ts";
import { native } from "../../native/addon.ts";

/**
 * The index of a network interface of this thread's network namespace.
 *
 * @throws {@link NoInterfaceError} when no interface has the name or index, {@link SystemError} when the kernel does not say.
 */
export function interfaceIndex(nameOrIndex: string | number): number {
  if (typeof nameOrIndex === "number") {
    const name = native().interfaceName(nameOrIndex);
    if (typeof name === "number") throw lookupError(nameOrIndex, -name);
    return nameOrIndex;
  }
  const index = native().interfaceIndex(nameOrIndex);
  if (index < 0) throw lookupError(nameOrIndex, -index);
  return index;
}

function lookupError(nameOrIndex: string | number, errno: number): EbpfError {
  if (errno === ENODEV || errno === ENXIO)
    return new NoInterfaceError({ interface: nameOrIndex, known: known() });
  // glibc says ENOENT if it could not open a socket. Reading the list fails for the same reason.
  if (errno === ENOENT) known();
  return new SystemError(`cannot look up network interface ${JSON.stringify(nameOrIndex)}`, {
    operation: "look up",
    errno,
  });
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
