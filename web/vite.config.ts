import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { faceModels } from "./scripts/face-models.ts";
import { help } from "./scripts/help.ts";

export default defineConfig({
  plugins: [react(), faceModels(), help()],
  // LiteRT's loader needs importScripts, which only classic workers have.
  worker: { format: "iife" },
  build: {
    outDir: "../src/latent_resonance/studio/static",
    emptyOutDir: true,
    target: "es2022",
    // The policy of the page allows no data: scripts.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  test: {
    include: ["tests/**/*.test.ts"],
    environment: "node",
    // A thread starts in a fraction of a process's time, which counts beside the journeys.
    pool: "threads",
    // For what hangs: beside other checks of CI a test may wait long for its turn.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
