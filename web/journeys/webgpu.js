/* global window, navigator, btoa, GPUBufferUsage, GPUTextureUsage, GPUMapMode */
// Draws an exported WGSL file; a script of the page, since TypeScript does not know WebGPU.

const BYTES = 88; // of the inputs: 21 numbers, rounded up to eights

/** Pictures (RGBA as base64, rows from the top) for each set of inputs; null without WebGPU. */
window.drawWgsl = async (code, values, size) => {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return null;
  const device = await adapter.requestDevice();
  const module = device.createShaderModule({ code });
  const { messages } = await module.getCompilationInfo();
  const errors = messages.filter((one) => one.type === "error").map((one) => `${one.lineNum}: ${one.message}`);
  if (errors.length) return { errors, pictures: [] };
  const format = "rgba8unorm";
  const pipeline = await device.createRenderPipelineAsync({
    layout: "auto",
    vertex: { module, entryPoint: "whole" },
    fragment: { module, entryPoint: "painted", targets: [{ format }] },
  });
  const pictures = [];
  for (const one of values) {
    const inputs = device.createBuffer({ size: BYTES, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(inputs, 0, Float32Array.from(one));
    const usage = GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC;
    const texture = device.createTexture({ size: [size, size], format, usage });
    const copy = device.createBuffer({ size: 4 * size * size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const commands = device.createCommandEncoder();
    const target = { view: texture.createView(), loadOp: "clear", storeOp: "store" };
    const pass = commands.beginRenderPass({ colorAttachments: [target] });
    pass.setPipeline(pipeline);
    const entries = [{ binding: 0, resource: { buffer: inputs } }];
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.draw(3);
    pass.end();
    commands.copyTextureToBuffer({ texture }, { buffer: copy, bytesPerRow: 4 * size }, [size, size]);
    device.queue.submit([commands.finish()]);
    await copy.mapAsync(GPUMapMode.READ);
    const seen = new Uint8Array(copy.getMappedRange());
    pictures.push(btoa(Array.from(seen, (level) => String.fromCharCode(level)).join("")));
  }
  return { errors, pictures };
};
