/** Draws the places of a model that a page can draw by itself. */
import type { DrawnLayout, Placed } from "../generated/wire";
import { FieldsPainter, loadFields } from "../fields";
import type { Showing } from "./compose";

export class PlacePainter {
  private constructor(
    private readonly canvas: OffscreenCanvas,
    private readonly painter: FieldsPainter,
    private readonly looks: readonly string[],
    /** whether the processor does the work of a graphics processor */
    readonly software: boolean,
  ) {}

  /** @throws Error with a line for the player. */
  static async make({ bundle, looks }: DrawnLayout): Promise<PlacePainter> {
    const weights = await loadFields(bundle);
    const canvas = new OffscreenCanvas(64, 64);
    const painter = new FieldsPainter(canvas, weights);
    return new PlacePainter(canvas, painter, looks, painter.software);
  }

  resize(width: number, height: number): void {
    this.painter.resize(width, height);
  }

  /** @returns the canvas that it is on, until the next one is painted. */
  paint(place: Placed): OffscreenCanvas {
    this.painter.paint(place.payload.subarray(0, place.size));
    return this.canvas;
  }

  /** How it is to be shown. */
  showing({ payload, size, share, contrast }: Placed): Showing {
    const looks = Object.fromEntries(this.looks.map((name, k) => [name, payload[size + k] ?? 0]));
    return { share, contrast, looks };
  }

  dispose(): void {
    this.painter.dispose();
  }
}
