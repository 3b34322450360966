// Runs bundled test files in one process: guest.mjs FILE...
import { endianness } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { runFile } from "./vitest.ts";

if (endianness() !== "BE") throw new Error("this processor is little-endian");
let passed = 0;
let skipped = 0;
let failed = 0;
for (const file of process.argv.slice(2)) {
  const result = await runFile(pathToFileURL(path.resolve(file)).href);
  passed += result.passed;
  skipped += result.skipped;
  failed += result.failures.length;
  console.log(
    `${path.basename(file)}: ${result.passed} passed, ${result.failures.length} failed, ${result.skipped} skipped`,
  );
  for (const failure of result.failures) console.log(`FAILED ${failure.slice(0, 2000)}`);
}
console.log(`big-endian: ${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
