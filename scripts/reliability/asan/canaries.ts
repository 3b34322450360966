import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { folder } from "../command.ts";
import { clearReports, readReports, sanitized } from "./environment.ts";

/** Returns the faults, made on purpose, that the sanitizers do not report. */
export function unseenCanaries(): string[] {
  const library = path.join(folder, "canary.so");
  if (!existsSync(folder)) execFileSync("mkdir", ["-p", folder]);
  const source = path.join(import.meta.dirname, "canary.c");
  // Like the addon, the library stays loaded: if Node closed it, a leak of it would have no symbol.
  const flags = ["-shared", "-fPIC", "-Wl,-z,nodelete", "-O0", "-g", "-fno-omit-frame-pointer"];
  const checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"];
  execFileSync("gcc", [...flags, ...checks, "-o", library, source]);
  const script = `try { process.dlopen({ exports: {} }, ${JSON.stringify(library)}) } catch {}`;
  return ["overflow", "undefined", "leak"].filter((fault) => {
    clearReports();
    const { signal } = spawnSync(process.execPath, ["-e", script], {
      env: { ...process.env, ...sanitized(), CANARY: fault },
      stdio: "ignore",
    });
    // UBSan's own runtime, beside that of AddressSanitizer, writes to stderr alone, and ends the process.
    return signal !== "SIGABRT" && readReports("canary.so").ours.length === 0;
  });
}
