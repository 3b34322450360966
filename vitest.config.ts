import { defineConfig } from "vitest/config";
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    // The tests share one kernel: what one file leaves attached, another would see.
    fileParallelism: false,
    globalSetup: ["test/support/leak-check.ts"],
    setupFiles: ["test/support/fd-check.ts"],
  },
});
