/** An endless tape of columns on a canvas that is written round and round. */
import type { Picture, PictureLayout } from "../generated/wire";
import { rowMap, type Scale } from "./axis";
import { COLOURS } from "./colours";

const HEIGHT = 384;
const LENGTH = 2048;

export class Tape {
  private readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;
  private readonly column: ImageData;
  private readonly words: Uint32Array;
  private map: Uint16Array;
  /** columns so far */
  private end = 0;

  constructor(
    private readonly layout: PictureLayout,
    scale: Scale,
  ) {
    this.canvas.width = LENGTH;
    this.canvas.height = HEIGHT;
    this.context = this.canvas.getContext("2d", { alpha: false })!;
    this.context.fillStyle = "#0d0b14";
    this.context.fillRect(0, 0, LENGTH, HEIGHT);
    this.column = this.context.createImageData(1, HEIGHT);
    this.words = new Uint32Array(this.column.data.buffer);
    this.map = rowMap(HEIGHT, layout.rows, layout.high_hz, scale);
  }

  add(picture: Picture): void {
    const lost = Math.min(picture.skipped, 32);
    // What was lost is drawn as its neighbour, so that time keeps its pace.
    for (let k = 0; k < picture.columns + lost; k++) {
      const from = Math.max(0, k - lost) * picture.rows;
      for (let y = 0; y < HEIGHT; y++) {
        let level = 0;
        const high = this.map[2 * y + 1]!;
        for (let row = this.map[2 * y]!; row < high; row++) {
          const there = picture.payload[from + row]!;
          if (there > level) level = there;
        }
        this.words[y] = COLOURS[level]!;
      }
      this.context.putImageData(this.column, this.end % LENGTH, 0);
      this.end++;
    }
  }

  /** The latest `seconds` over the whole of a canvas, newest at the right. */
  draw(to: CanvasRenderingContext2D, seconds: number): void {
    const { width, height } = to.canvas;
    const wanted = Math.min(LENGTH - 1, Math.round(seconds / this.layout.seconds_per_column));
    const pixel = width / wanted;
    to.fillStyle = "#0d0b14";
    to.fillRect(0, 0, width, height);
    let left = Math.min(wanted, this.end);
    let at = this.end - left;
    while (left > 0) {
      const from = at % LENGTH;
      const count = Math.min(left, LENGTH - from);
      const x = width - left * pixel;
      to.drawImage(this.canvas, from, 0, count, HEIGHT, x, 0, count * pixel, height);
      at += count;
      left -= count;
    }
  }
}
