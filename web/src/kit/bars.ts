/** A sound's peaks as bars around the middle of a canvas. */

const BAR = 5;

/** @param part of it in the stronger colour, from the left; the rest in the weaker one. */
export function drawBars(canvas: HTMLCanvasElement, peaks: readonly number[], part: number, width: number, height: number): void {
  if (width === 0 || height === 0) return;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  const context = canvas.getContext("2d")!;
  context.scale(devicePixelRatio, devicePixelRatio);
  const style = getComputedStyle(canvas);
  const [played, coming] = ["--accent", "--line-control"].map((name) => style.getPropertyValue(name));
  const bars = Math.max(1, Math.floor(width / BAR));
  for (let k = 0; k < bars; k++) {
    const [from, to] = [k, k + 1].map((edge) => Math.floor((edge * peaks.length) / bars));
    const peak = Math.max(0, ...peaks.slice(from, Math.max(to!, from! + 1)));
    const high = Math.max(2, peak * height);
    context.fillStyle = (k + 0.5) / bars < part ? played! : coming!;
    context.fillRect(k * BAR, (height - high) / 2, BAR - 2, high);
  }
}
