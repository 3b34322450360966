import { defineConfig } from "vitest/config";
export default defineConfig({
  test: {
    // What holds for the build with checks only: scripts/test-checked.
    include: [
      "test/**/*.test.ts",
      ...(process.env["EBPF_PREBUILD"]?.endsWith("/checked") ? ["test/**/*.checked.ts"] : []),
    ],
    pool: "forks",
    // The tests share one kernel: what one file leaves attached, another would see.
    fileParallelism: false,
    // In one process: to read three hundred modules for each file takes longer than its tests.
    isolate: false,
    // Only there to end what hangs. Many a test compiles, or works through a whole kernel's types: how long that
    // takes is the machine's affair.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ["test/support/leak-check.ts", "test/support/bundle-children.ts"],
    setupFiles: ["test/support/per-file-check.ts"],
  },
});
