import { defineConfig } from "vitest/config";

// One browser, one service whose demo the tests change: one after the other.
export default defineConfig({
  test: { include: ["tests/**/*.test.ts"], root: import.meta.dirname + "/..", fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000, retry: 0 },
});
