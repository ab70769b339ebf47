/** The two face models by LiteRT, on the processor; only in a classic worker. */
import { loadAndCompile, loadLiteRt, Tensor, type CompiledModel } from "@litertjs/core";
import { DETECTOR_SIZE } from "./detector";
import { FOLDER } from "./folder";
import { MESH_SIZE, POINTS } from "./mesh";
import type { Networks } from "./tracker";

const ANCHORS = 896;

/** The runtime tells at length how it begins; what goes wrong is thrown. */
const hush = () => undefined;

async function run(model: CompiledModel, image: Float32Array, size: number): Promise<Float32Array[]> {
  const input = new Tensor(image, [1, size, size, 3]);
  const outputs = await model.run([input]);
  input.delete();
  return outputs.map((output) => {
    const data = (output.toTypedArray() as Float32Array).slice();
    output.delete();
    return data;
  });
}

export async function openNetworks(): Promise<Networks> {
  // Its loader looks for the binary beside the worker otherwise.
  const locateFile = (name: string) => `${FOLDER}${name}`;
  Object.assign(self, { Module: { locateFile, print: hush, printErr: hush } });
  await loadLiteRt(`${FOLDER}litert_wasm_compat_internal.js`);
  const open = (name: string) => loadAndCompile(`${FOLDER}${name}`, { accelerator: "wasm" });
  const detector = await open("face_detection_short_range.tflite");
  const mesh = await open("face_landmark.tflite");
  const of = (outputs: Float32Array[], length: number) => {
    const found = outputs.find((output) => output.length === length);
    if (!found) throw new Error("this is not the face model that was expected");
    return found;
  };
  return {
    async detect(image) {
      const outputs = await run(detector, image, DETECTOR_SIZE);
      return { scores: of(outputs, ANCHORS), boxes: of(outputs, 16 * ANCHORS) };
    },
    async landmarks(image) {
      const outputs = await run(mesh, image, MESH_SIZE);
      return { points: of(outputs, 3 * POINTS), score: of(outputs, 1)[0]! };
    },
  };
}
