/** Draws without WebGL: a tape of coloured columns, stretched. */
import { hzAt } from "./axis";
import type { Canvas, Painter, Scene } from "./painter";
import { LENGTH, type Tape } from "./tape";

const HEIGHT = 256;
type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

export class FlatPainter implements Painter {
  readonly views = ["scroll"] as const;
  readonly software = true;
  private readonly context: Context;
  private readonly strip: Context;
  private readonly column: ImageData;
  private readonly words: Uint32Array;
  /** first row of the tape for each pixel, from the top */
  private readonly rowOf = new Float32Array(HEIGHT);
  private tape: Tape | null = null;
  private colours: Uint8Array | null = null;
  private table = new Uint32Array(256);
  private shown = "";
  private end = 0;
  tookMs = 0;

  constructor(private readonly canvas: Canvas) {
    this.context = canvas.getContext("2d", { alpha: false }) as Context;
    this.strip = plainContext(LENGTH, HEIGHT);
    this.column = this.strip.createImageData(1, HEIGHT);
    this.words = new Uint32Array(this.column.data.buffer);
  }

  busy(): boolean {
    return false;
  }

  paint(scene: Scene): void {
    const { tape, look, head } = scene;
    const { context, canvas } = this;
    const begun = performance.now();
    const { lowHz, highHz, scale, seconds, ago } = look.viewport;
    if (look.colours !== this.colours) this.table = new Uint32Array(look.colours.slice().buffer);
    const shown = `${lowHz} ${highHz} ${scale} ${tape.lowHz} ${tape.highHz} ${tape.rows}`;
    if (tape !== this.tape || look.colours !== this.colours || shown !== this.shown) {
      for (let y = 0; y < HEIGHT; y++) {
        const hz = hzAt(1 - (y + 0.5) / HEIGHT, look.viewport);
        this.rowOf[y] = (tape.rows * Math.log(hz / tape.lowHz)) / Math.log(tape.highHz / tape.lowHz) - 0.5;
      }
      this.end = tape.start;
    }
    this.tape = tape;
    this.colours = look.colours;
    this.shown = shown;
    for (this.end = Math.max(this.end, tape.start); this.end < tape.end; this.end++) this.addColumn(tape, this.end);

    const ground = look.colours;
    context.fillStyle = `rgb(${ground[0]} ${ground[1]} ${ground[2]})`;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = true;
    if (scene.preview && scene.strength > 0) this.paintPreview(scene);
    const pixel = (canvas.width * tape.secondsPerColumn) / seconds;
    const right = head - ago / tape.secondsPerColumn;
    const first = Math.max(tape.start, Math.floor(right - canvas.width / pixel) - 1);
    const last = Math.min(tape.end, Math.ceil(right) + 1);
    for (let at = first; at < last; ) {
      const count = Math.min(last - at, LENGTH - (at % LENGTH));
      const x = canvas.width - (right - at) * pixel;
      context.drawImage(this.strip.canvas, at % LENGTH, 0, count, HEIGHT, x, 0, count * pixel, canvas.height);
      at += count;
    }
    this.tookMs = performance.now() - begun;
  }

  private addColumn(tape: Tape, column: number): void {
    const from = (column % LENGTH) * tape.rows;
    for (let y = 0; y < HEIGHT; y++) this.words[y] = this.table[levelIn(tape.levels, from, tape.rows, this.rowOf[y]!)]!;
    this.strip.putImageData(this.column, column % LENGTH, 0);
  }

  /** Only before there is sound, so it is made anew each time. */
  private paintPreview({ preview, strength, drift, look }: Scene): void {
    const { width, height, levels, lowHz, highHz, seconds } = preview!;
    const { viewport } = look;
    const made = this.context.createImageData(Math.ceil(this.canvas.width / 4), Math.ceil(this.canvas.height / 4));
    const words = new Uint32Array(made.data.buffer);
    for (let y = 0; y < made.height; y++) {
      const hz = hzAt(1 - (y + 0.5) / made.height, viewport);
      const row = (height * Math.log(hz / lowHz)) / Math.log(highHz / lowHz) - 0.5;
      if (row > height) continue;
      for (let x = 0; x < made.width; x++) {
        const time = (drift - (1 - x / made.width) * viewport.seconds) / seconds;
        const there = Math.abs(((((time + 1) % 2) + 2) % 2) - 1);
        const column = Math.min(width - 1, Math.floor(there * width));
        words[y * made.width + x] = this.table[Math.round(strength * levelIn(levels, column * height, height, row))]!;
      }
    }
    const small = plainContext(made.width, made.height);
    small.putImageData(made, 0, 0);
    this.context.drawImage(small.canvas, 0, 0, this.canvas.width, this.canvas.height);
  }
}

function levelIn(levels: Uint8Array, from: number, rows: number, row: number): number {
  const at = Math.min(rows - 1, Math.max(0, row));
  const low = Math.floor(at);
  const below = levels[from + low]!;
  const above = levels[from + Math.min(rows - 1, low + 1)]!;
  return Math.round(below + (at - low) * (above - below));
}

function plainContext(width: number, height: number): Context {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height).getContext("2d")!;
  const made = document.createElement("canvas");
  made.width = width;
  made.height = height;
  return made.getContext("2d")!;
}
