/** Draws with WebGL2: levels go into a ring of a texture, a shader does the rest. */
import type { Look, Preview } from "./messages";
import { VIEWS, type View } from "./messages";
import type { Canvas, Painter, Scene } from "./painter";
import { drawsInSoftware, link, VERTEX } from "../webgl/program";
import { FRAGMENTS } from "./shaders";
import { LENGTH, type Tape } from "./tape";

interface Program {
  made: WebGLProgram;
  at: (name: string) => WebGLUniformLocation | null;
}

const LINES = 28;

export class WebglPainter implements Painter {
  readonly views = VIEWS;
  readonly software: boolean;
  private readonly programs = new Map<View, Program>();
  private readonly levels: WebGLTexture;
  private readonly colours: WebGLTexture;
  private readonly previews: WebGLTexture;
  /** what the textures hold */
  private held: Uint8Array | null = null;
  private end = 0;
  private table: Uint8Array | null = null;
  private preview: Preview | null = null;
  private fence: WebGLSync | null = null;
  private begun = 0;
  tookMs = 0;

  private constructor(
    private readonly canvas: Canvas,
    private readonly gl: WebGL2RenderingContext,
  ) {
    this.levels = this.texture(0, gl.LINEAR, gl.REPEAT);
    this.colours = this.texture(1, gl.LINEAR, gl.CLAMP_TO_EDGE);
    this.previews = this.texture(2, gl.LINEAR, gl.MIRRORED_REPEAT);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    this.software = drawsInSoftware(gl);
  }

  /** Null where there is no WebGL2. */
  static make(canvas: Canvas): WebglPainter | null {
    const options = { alpha: false, antialias: false, depth: false, powerPreference: "low-power" };
    const gl = canvas.getContext("webgl2", options) as WebGL2RenderingContext | null;
    return gl && !gl.isContextLost() ? new WebglPainter(canvas, gl) : null;
  }

  busy(): boolean {
    const { gl, fence } = this;
    if (!fence) return false;
    if (gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) return true;
    gl.deleteSync(fence);
    this.fence = null;
    this.tookMs = performance.now() - this.begun;
    return false;
  }

  paint(scene: Scene): void {
    const { gl } = this;
    this.begun = performance.now();
    this.upload(scene);
    const { made, at } = this.program(scene.look.view);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.useProgram(made);
    this.set(scene, at);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    if (this.fence) gl.deleteSync(this.fence);
    this.fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
  }

  private set({ tape, look, head, strength, drift, preview, soft }: Scene, at: Program["at"]): void {
    const { gl, canvas } = this;
    const { viewport } = look;
    const range = Math.log(tape.highHz / tape.lowHz);
    const row = (hz: number) => Math.log(hz / tape.lowHz) / range;
    const linear = viewport.scale === "linear";
    const hz = (value: number) => (linear ? value : row(value));
    gl.uniform1i(at("u_levels"), 0);
    gl.uniform1i(at("u_colours"), 1);
    gl.uniform1i(at("u_preview"), 2);
    gl.uniform2f(at("u_size"), canvas.width, canvas.height);
    gl.uniform2f(at("u_texels"), Math.max(1, tape.rows), LENGTH);
    gl.uniform1f(at("u_head"), head % LENGTH);
    gl.uniform1f(at("u_newest"), tape.end - 0.5 - head);
    gl.uniform1f(at("u_oldest"), head - tape.start);
    gl.uniform1f(at("u_ago"), viewport.ago / tape.secondsPerColumn);
    gl.uniform1f(at("u_across"), viewport.seconds / tape.secondsPerColumn);
    gl.uniform2f(at("u_hz"), hz(viewport.lowHz), hz(viewport.highHz));
    gl.uniform2f(at("u_range"), Math.log(tape.lowHz), range);
    gl.uniform1i(at("u_linear"), linear ? 1 : 0);
    gl.uniform1i(at("u_soft"), soft ? 1 : 0);
    const length = preview?.seconds ?? 1;
    gl.uniform3f(at("u_drift"), preview ? strength : 0, drift / length, tape.secondsPerColumn / length);
    gl.uniform1f(at("u_rise"), preview ? range / Math.log(preview.highHz / preview.lowHz) : 1);
    if (look.view === "ridges") gl.uniform1f(at("u_lines"), LINES);
  }

  private upload({ tape, look, preview }: Scene): void {
    this.uploadLevels(tape);
    this.uploadColours(look);
    if (preview !== this.preview) this.uploadPreview(preview);
  }

  private uploadLevels(tape: Tape): void {
    const { gl } = this;
    const anew = tape.levels !== this.held;
    const missing = anew ? LENGTH : Math.min(LENGTH, tape.end - this.end);
    if (tape.rows === 0 || missing <= 0) return;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.levels);
    if (anew) {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, tape.rows, LENGTH, 0, gl.RED, gl.UNSIGNED_BYTE, tape.levels, 0);
    } else {
      const from = this.end % LENGTH;
      const first = Math.min(missing, LENGTH - from);
      this.uploadColumns(tape, from, first);
      if (missing > first) this.uploadColumns(tape, 0, missing - first);
    }
    this.held = tape.levels;
    this.end = tape.end;
  }

  private uploadColumns(tape: Tape, from: number, count: number): void {
    const { gl } = this;
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, from, tape.rows, count, gl.RED, gl.UNSIGNED_BYTE, tape.levels, from * tape.rows);
  }

  private uploadColours({ colours }: Look): void {
    const { gl } = this;
    if (colours === this.table) return;
    this.table = colours;
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.colours);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colours, 0);
  }

  private uploadPreview(preview: Preview | null): void {
    const { gl } = this;
    this.preview = preview;
    if (!preview) return;
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, this.previews);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, preview.height, preview.width, 0, gl.RED, gl.UNSIGNED_BYTE, preview.levels, 0);
  }

  private texture(unit: number, filter: number, around: number): WebGLTexture {
    const { gl } = this;
    const made = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, made);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, around);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, 1, 1, 0, gl.RED, gl.UNSIGNED_BYTE, new Uint8Array(1), 0);
    return made;
  }

  private program(view: View): Program {
    const known = this.programs.get(view);
    if (known) return known;
    const { gl } = this;
    const made = link(gl, VERTEX, FRAGMENTS[view]);
    const places = new Map<string, WebGLUniformLocation | null>();
    const at = (name: string) => {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(made, name));
      return places.get(name)!;
    };
    const program = { made, at };
    this.programs.set(view, program);
    return program;
  }
}
