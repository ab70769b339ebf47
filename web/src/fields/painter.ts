/** Draws places of a coordinate network with WebGL2, at any size. */
import { drawsInSoftware, link, VERTEX } from "../webgl/program";
import type { FieldsWeights } from "./load";

export type FieldsCanvas = HTMLCanvasElement | OffscreenCanvas;

/** Made anew when the context was lost. */
interface Made {
  blocks: WebGLBuffer[];
  /** null: both passes are one */
  trunk: WebGLProgram | null;
  head: WebGLProgram;
  targets: WebGLTexture[];
  frame: WebGLFramebuffer | null;
}

export class FieldsPainter {
  /** Whether there is no graphics card: the server is many times quicker then. */
  readonly software: boolean;
  private readonly gl: WebGL2RenderingContext;
  private made: Made | null = null;
  private place: Float32Array | null = null;

  /** @throws Error where there is no WebGL2. */
  constructor(
    private readonly canvas: FieldsCanvas,
    private readonly weights: FieldsWeights,
  ) {
    const options = { alpha: false, antialias: false, depth: false, powerPreference: "high-performance" };
    const gl = canvas.getContext("webgl2", options) as WebGL2RenderingContext | null;
    if (!gl) throw new Error("this browser has no WebGL2");
    this.gl = gl;
    this.software = drawsInSoftware(gl);
    canvas.addEventListener("webglcontextlost", this.lost);
    canvas.addEventListener("webglcontextrestored", this.restored);
    if (!gl.isContextLost()) this.begin();
  }

  /** In pixels; the picture is empty until it is painted. */
  resize(width: number, height: number): void {
    const [w, h] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
    if (this.canvas.width === w && this.canvas.height === h) return;
    this.canvas.width = w;
    this.canvas.height = h;
    this.fit();
  }

  /** @param place w, as long as the bundle's latent size; kept for when a lost context is back. */
  paint(place: Float32Array): void {
    this.place = place;
    const { gl, made, canvas } = this;
    if (!made || gl.isContextLost()) return;
    this.fill(made.blocks, this.weights.fold.of(place));
    if (made.trunk) {
      const { coarse } = this.weights.drawing;
      gl.bindFramebuffer(gl.FRAMEBUFFER, made.frame);
      gl.viewport(0, 0, Math.ceil(canvas.width / coarse), Math.ceil(canvas.height / coarse));
      this.draw(made.trunk);
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    }
    gl.viewport(0, 0, canvas.width, canvas.height);
    this.draw(made.head);
  }

  dispose(): void {
    this.canvas.removeEventListener("webglcontextlost", this.lost);
    this.canvas.removeEventListener("webglcontextrestored", this.restored);
    if (this.made) this.drop(this.made);
    this.made = null;
  }

  private drop(made: Made): void {
    const { gl } = this;
    made.blocks.forEach((one) => gl.deleteBuffer(one));
    made.targets.forEach((one) => gl.deleteTexture(one));
    gl.deleteFramebuffer(made.frame);
    gl.deleteProgram(made.trunk);
    gl.deleteProgram(made.head);
  }

  private readonly lost = (event: Event): void => {
    // Only then does it come back.
    event.preventDefault();
    this.made = null;
  };

  private readonly restored = (): void => {
    this.begin();
    if (this.place) this.paint(this.place);
  };

  private begin(two = this.twoPasses()): void {
    const { gl } = this;
    const { drawing } = this.weights;
    const trunk = two ? link(gl, VERTEX, drawing.trunk) : null;
    const head = link(gl, VERTEX, two ? drawing.head : drawing.single);
    const blocks = drawing.blocks.map((rows, number) => {
      const made = gl.createBuffer();
      gl.bindBufferBase(gl.UNIFORM_BUFFER, number, made);
      gl.bufferData(gl.UNIFORM_BUFFER, 16 * rows, gl.DYNAMIC_DRAW);
      for (const program of [trunk, head]) {
        const at = program ? gl.getUniformBlockIndex(program, `Block${number}`) : gl.INVALID_INDEX;
        if (program && at !== gl.INVALID_INDEX) gl.uniformBlockBinding(program, at, number);
      }
      return made;
    });
    const targets = two ? Array.from({ length: drawing.channels }, (_, unit) => target(gl, unit)) : [];
    gl.useProgram(head);
    targets.forEach((_, unit) => gl.uniform1i(gl.getUniformLocation(head, `S${unit}`), unit));
    const made = { blocks, trunk, head, targets, frame: two ? gl.createFramebuffer() : null };
    this.made = made;
    if (this.fit() || gl.isContextLost()) return;
    // This driver promised more than it has.
    this.drop(made);
    this.begin(false);
  }

  /** Whether the trunk can be kept: enough targets, of floats. */
  private twoPasses(): boolean {
    const { gl } = this;
    const { channels } = this.weights.drawing;
    const floats = gl.getExtension("EXT_color_buffer_float") ?? gl.getExtension("EXT_color_buffer_half_float");
    const most = (name: number) => gl.getParameter(name) as number;
    return floats !== null && Math.min(most(gl.MAX_DRAW_BUFFERS), most(gl.MAX_COLOR_ATTACHMENTS)) >= channels;
  }

  /** The targets get the canvas' size, in coarse pixels. @returns whether they can be drawn to. */
  private fit(): boolean {
    const { gl, made, canvas } = this;
    if (!made?.frame) return true;
    const { coarse } = this.weights.drawing;
    gl.bindFramebuffer(gl.FRAMEBUFFER, made.frame);
    const [width, height] = [Math.ceil(canvas.width / coarse), Math.ceil(canvas.height / coarse)];
    const attached = made.targets.map((texture, unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA16F, width, height, 0, gl.RGBA, gl.HALF_FLOAT, null);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + unit, gl.TEXTURE_2D, texture, 0);
      return gl.COLOR_ATTACHMENT0 + unit;
    });
    gl.drawBuffers(attached);
    const complete = gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    return complete;
  }

  private fill(blocks: WebGLBuffer[], packet: Float32Array): void {
    const { gl } = this;
    let at = 0;
    blocks.forEach((block, number) => {
      const size = 4 * this.weights.drawing.blocks[number]!;
      gl.bindBuffer(gl.UNIFORM_BUFFER, block);
      gl.bufferSubData(gl.UNIFORM_BUFFER, 0, packet, at, size);
      at += size;
    });
  }

  private draw(program: WebGLProgram): void {
    const { gl, canvas } = this;
    gl.useProgram(program);
    gl.uniform2f(gl.getUniformLocation(program, "size"), canvas.width, canvas.height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}

/** A texture that is drawn to and looked up between its pixels. */
function target(gl: WebGL2RenderingContext, unit: number): WebGLTexture {
  const made = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.LINEAR);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  return made;
}
