/** Puts a picture over the one before, as the limiter of flashes and the look ask for it. */

export type Surface = HTMLCanvasElement | OffscreenCanvas;
type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
type Source = Surface | ImageBitmap;

/** How a picture is shown: what the server's limiter let through, and the controls of the look. */
export interface Showing {
  /** of the picture over the one before, 0..1 */
  share: number;
  /** of what is finer than a third of the picture, 0..1 */
  contrast: number;
  looks: Readonly<Record<string, number>>;
}

export const PLAIN: Showing = { share: 1, contrast: 1, looks: {} };

/** As the server's limiter flattens stripes. */
const MEANS = 6;

export class Composer {
  private readonly context: Context;
  private means: OffscreenCanvas | null = null;

  constructor(private readonly canvas: Surface) {
    // Both kinds have the same call.
    const context = (canvas as HTMLCanvasElement).getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser cannot draw");
    this.context = context;
  }

  /** Fills the canvas; where the shapes differ, two sides are cut. */
  show(source: Source, { share, contrast, looks }: Showing): void {
    const { context, canvas } = this;
    if (share <= 0) return;
    const { x, y, width, height } = inside(source, canvas, looks["picture_zoom"] ?? 1);
    const draw = (from: Source, alpha: number, sx = x, sy = y, sw = width, sh = height) => {
      context.globalAlpha = alpha;
      context.drawImage(from, sx, sy, sw, sh, 0, 0, canvas.width, canvas.height);
    };
    context.filter = filterOf(looks);
    draw(source, share);
    if (contrast < 1) draw(this.flat(source), share * (1 - contrast), 0, 0, MEANS, MEANS);
    context.filter = "none";
    context.globalAlpha = 1;
    if ((looks["picture_mirror"] ?? 0) >= 0.5) this.mirror();
  }

  /** The left half again on the right. */
  private mirror(): void {
    const { context, canvas } = this;
    const half = Math.floor(canvas.width / 2);
    context.save();
    context.setTransform(-1, 0, 0, 1, canvas.width, 0);
    context.drawImage(canvas, 0, 0, half, canvas.height, 0, 0, half, canvas.height);
    context.restore();
  }

  private flat(source: Source): OffscreenCanvas {
    const means = (this.means ??= new OffscreenCanvas(MEANS, MEANS));
    means.getContext("2d")!.drawImage(source, 0, 0, MEANS, MEANS);
    return means;
  }
}

/** The middle of a source in the shape of the canvas, closer by `zoom`. */
function inside(source: Source, canvas: Surface, zoom: number): { x: number; y: number; width: number; height: number } {
  const scale = Math.max(canvas.width / source.width, canvas.height / source.height) * Math.max(1, zoom);
  const [width, height] = [canvas.width / scale, canvas.height / scale];
  return { x: (source.width - width) / 2, y: (source.height - height) / 2, width, height };
}

/** The matrices of the look are those of the W3C's Filter Effects. */
function filterOf(looks: Readonly<Record<string, number>>): string {
  const parts = [
    [looks["picture_hue_degrees"] ?? 0, 0, (value: number) => `hue-rotate(${value}deg)`],
    [looks["picture_saturation"] ?? 1, 1, (value: number) => `saturate(${value})`],
    [looks["picture_contrast"] ?? 1, 1, (value: number) => `contrast(${value})`],
    [looks["picture_gain"] ?? 1, 1, (value: number) => `brightness(${value})`],
  ] as const;
  const set = parts.filter(([value, rest]) => value !== rest).map(([value, , spell]) => spell(value));
  return set.length > 0 ? set.join(" ") : "none";
}
