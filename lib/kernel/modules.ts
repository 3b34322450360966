import { existsSync, readFileSync } from "node:fs";

/** The loaded modules and where they are in memory, as text that changes with them. */
export function loadedModules(): string {
  try {
    const lines = readFileSync("/proc/modules", "latin1").split("\n");
    // Without the number of users, which changes all the time: name size users by state address
    return lines
      .map((line) => line.split(" "))
      .map(([name, size, , , , address]) => `${name} ${size} ${address}`)
      .join("\n");
  } catch {
    // A kernel without modules.
    return "";
  }
}

/** Whether a module is loaded, or built into the kernel with parameters of its own. */
export function isModuleLoaded(name: string): boolean {
  return existsSync(`/sys/module/${name.replaceAll("-", "_")}`);
}
