import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const FROM = "../src/latent_resonance/sense/face_models";
const FILES = ["face_detection_short_range.tflite", "face_landmark.tflite", "canonical_mesh.json"];
const RUNTIME = "node_modules/@litertjs/core/wasm";
const RUNTIME_FILES = ["litert_wasm_compat_internal.js", "litert_wasm_compat_internal.wasm"];

/** Lays the face models that Python plays with, and what runs them, beside the pages. */
export function faceModels(): Plugin {
  let out = "";
  return {
    name: "face-models",
    apply: "build",
    configResolved(config) {
      out = join(config.root, config.build.outDir, "face");
    },
    closeBundle() {
      const missing = FILES.filter((name) => !existsSync(join(FROM, name)));
      if (missing.length > 0) {
        this.warn(`no face tracking in the browser: ${missing.join(", ")} missing`);
        return;
      }
      mkdirSync(out, { recursive: true });
      for (const name of FILES) copyFileSync(join(FROM, name), join(out, name));
      for (const name of RUNTIME_FILES) copyFileSync(join(RUNTIME, name), join(out, name));
    },
  };
}
