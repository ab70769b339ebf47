/** Reads what a picture shows. */
import type { Page } from "@playwright/test";

export interface Pixels {
  width: number;
  height: number;
  /** red + green + blue of each pixel, rows from the top */
  light: number[];
}

/**
 * @param width and @param height that it is read at; the canvas' own size where they are left out.
 */
export async function pixelsOf(page: Page, width?: number, height?: number): Promise<Pixels> {
  return page.locator("canvas.picture-canvas").evaluate(
    (canvas: HTMLCanvasElement, size) => {
      // The canvas belongs to a worker: what it shows is drawn onto another one.
      const copy = document.createElement("canvas");
      copy.width = size.width ?? canvas.width;
      copy.height = size.height ?? canvas.height;
      const context = copy.getContext("2d")!;
      context.drawImage(canvas, 0, 0, copy.width, copy.height);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      const light: number[] = [];
      for (let at = 0; at < data.length; at += 4) light.push(data[at]! + data[at + 1]! + data[at + 2]!);
      return { width: copy.width, height: copy.height, light };
    },
    { width, height },
  );
}

/** How alike two pictures are, -1..1. */
export function correlation(one: number[], other: number[]): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [a, b] = [mean(one), mean(other)];
  const sum = (of: (k: number) => number) => one.reduce((total, _, k) => total + of(k), 0);
  const both = sum((k) => (one[k]! - a) * (other[k]! - b));
  return both / Math.sqrt(sum((k) => (one[k]! - a) ** 2) * sum((k) => (other[k]! - b) ** 2) || 1);
}

/** Whether the picture goes on: how much of it changed within a moment, 0..1. */
export async function changes(page: Page, waitMs = 700): Promise<number> {
  const before = (await pixelsOf(page, 96, 48)).light;
  await page.waitForTimeout(waitMs);
  const after = (await pixelsOf(page, 96, 48)).light;
  return before.filter((light, k) => Math.abs(light - after[k]!) > 12).length / before.length;
}
