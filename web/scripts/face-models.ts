import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "vite";

const FROM = "../src/latent_resonance/sense/face_models";
const FILES = ["face_detection_short_range.tflite", "face_landmark.tflite", "canonical_mesh.json"];
const RUNTIME = "node_modules/@litertjs/core/wasm";
const RUNTIME_FILES = ["litert_wasm_compat_internal.js", "litert_wasm_compat_internal.wasm"];

const runtime = RUNTIME_FILES.map((name) => join(RUNTIME, name));
const paths = [...FILES.map((name) => join(FROM, name)), ...runtime];

/**
 * Lays what runs the face models beside the pages. The models are those that Python plays with; the
 * server adds them to the folder from where they are.
 *
 * The folder's name changes with all of them: browsers keep what lies under assets/.
 */
export function faceModels(): Plugin {
  const missing = paths.filter((path) => !existsSync(path));
  const hash = createHash("sha256");
  if (missing.length === 0) for (const path of paths) hash.update(readFileSync(path));
  const folder = `assets/face-${hash.digest("hex").slice(0, 10)}`;
  let out = "";
  return {
    name: "face-models",
    apply: "build",
    config: () => ({ define: { FACE_FOLDER: JSON.stringify(`/${folder}/`) } }),
    configResolved(config) {
      out = join(config.root, config.build.outDir, folder);
    },
    closeBundle() {
      if (missing.length > 0) {
        this.warn(`no face tracking in the browser: ${missing.join(", ")} missing`);
        return;
      }
      mkdirSync(out, { recursive: true });
      for (const path of runtime) copyFileSync(path, join(out, basename(path)));
    },
  };
}
