import { defineConfig } from "vitest/config";

export default defineConfig({
  // Node's own resolution takes graphql's CommonJS build; a second copy would be a second realm, where instanceof fails.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    include: ["test/**/*.test.ts"],
    // Two cores: the engine's own threads are the load, so few files at once.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    env: { ORT_DISABLE_TELEMETRY: "1" },
  },
});
