// Runs bundled tests on the kernel it finds itself on: guest.mjs REPORT STUB...
// Plain JavaScript, so that nothing has to be transformed in an emulated machine.
import { readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";

const [report, ...stubs] = process.argv.slice(2);
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Prints why a test failed at once: the verbose reporter does at the end, which a crash of the kernel can prevent. */
function onTestCaseResult(test) {
  for (const { message, stack, diff } of test.result().errors ?? [])
    console.log([`FAILED ${test.fullName}: ${message}`, diff, stack].filter(Boolean).join("\n"));
}

const bundled = join(root, ".build/kernels/bundled");
// The folder of the files that tests run in other processes: see test/support/script.ts.
process.env.EBPF_BUNDLED_TESTS = bundled;

const vitest = await startVitest(
  "test",
  stubs,
  {
    root,
    config: false,
    include: [".build/kernels/stubs/**/*.test.mjs"],
    // One process for all files: a new one each would cost some five seconds under emulation.
    pool: "forks",
    isolate: false,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: [join(bundled, "test/support/leak-check.mjs")],
    setupFiles: [join(bundled, "test/support/per-file-check.mjs")],
    server: { deps: { external: [/\/\.build\/kernels\/bundled\//] } },
    reporters: ["verbose", "json", { onTestCaseResult }],
    outputFile: { json: report },
    watch: false,
  },
  { configLoader: "native", cacheDir: join(root, ".build/kernels/cache"), logLevel: "error" },
);
await vitest.close();
writeFileSync(report, JSON.stringify({ release: release(), ...JSON.parse(readFileSync(report, "utf8")) }));
