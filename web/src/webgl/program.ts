/** Programs of WebGL2 that fill a canvas. */

/** One triangle over everything. */
export const VERTEX = `#version 300 es
void main() {
  vec2 at = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  gl_Position = vec4(2.0 * at - 1.0, 0.0, 1.0);
}`;

/** @throws Error with the compiler's words. */
export function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(`a shader: ${gl.getShaderInfoLog(shader)}`);
    }
    gl.attachShader(made, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`a shader: ${gl.getProgramInfoLog(made)}`);
  }
  return made;
}

/** Whether this browser has no graphics processor to draw with: none at all, or one that is computed. */
export function hasNoGraphics(): boolean {
  return (without ??= looksWithout());
}

/** A context costs some milliseconds: it is made once. */
let without: boolean | null = null;

function looksWithout(): boolean {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  const none = !gl || drawsInSoftware(gl);
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return none;
}

/** Whether the processor does the work of a graphics processor. */
export function drawsInSoftware(gl: WebGL2RenderingContext): boolean {
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  return /swiftshader|llvmpipe|software|basic render/i.test(renderer);
}
