import { existsSync, readFileSync } from "node:fs";

/** Returns the loaded modules with their addresses, as text that changes when a module is loaded or removed. */
export function loadedModules(): string {
  try {
    const lines = readFileSync("/proc/modules", "latin1").split("\n");
    // Fields: name size users state address. The number of users is omitted, since it changes often.
    return lines
      .map((line) => line.split(" "))
      .map(([name, size, , , , address]) => `${name} ${size} ${address}`)
      .join("\n");
  } catch {
    // The kernel has no module support.
    return "";
  }
}

/** Returns whether a module is loaded, or built in with parameters. */
export function isModuleLoaded(name: string): boolean {
  return existsSync(`/sys/module/${name.replaceAll("-", "_")}`);
}
