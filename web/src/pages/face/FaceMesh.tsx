import { useEffect, useRef } from "react";
import { drawFace, loadFace, type Colours, type FaceLines } from "../../face/drawing";
import { framed } from "../../face/framing";
import { latestSeen, useFace } from "../../face/performer";
import { puppet } from "../../face/puppet";
import { sayError } from "../../play/store";
import { GESTURES } from "./gestures";
import { gestureNow } from "./now";

/** Of the way to the newest points, per second: lines move smoothly between frames. */
const EASE = 24;
/** Where motion is reduced what nobody performs steps four times a second. */
const CALM_MS = 250;
/** Of a face that is gone. */
const FAINT = 0.4;
const BOX = 1000;

/** The performer as lines, as in a mirror; without a camera a neutral face that does as the controls do. */
export function FaceMesh() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let face: FaceLines | null = null;
    loadFace().then((found) => (face = found), sayError);
    const drawn = new Drawn(canvas.current!);
    let request = 0;
    const step = (now: number) => {
      request = requestAnimationFrame(step);
      if (face) drawn.step(face, now);
    };
    request = requestAnimationFrame(step);
    return () => cancelAnimationFrame(request);
  }, []);
  return <canvas ref={canvas} className="face-mesh" role="img" aria-label="Your face as lines" />;
}

class Drawn {
  private points: Float32Array | null = null;
  private before = 0;
  private strength = 1;
  private last = "";
  private readonly calm = matchMedia("(prefers-reduced-motion: reduce)");
  private readonly context: CanvasRenderingContext2D;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d")!;
  }

  step(face: FaceLines, now: number): void {
    const { performer, present } = useFace.getState();
    const seen = performer === "camera" ? latestSeen() : null;
    if (!seen && this.calm.matches && now - this.before < CALM_MS) return;
    const unit = devicePixelRatio;
    const width = Math.round(this.canvas.clientWidth * unit);
    const height = Math.round(this.canvas.clientHeight * unit);
    if (width === 0 || height === 0) return;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.points = null;
    }
    const target = this.target(face, width, height);
    const dt = Math.min(0.1, (now - this.before) / 1000);
    this.before = now;
    const part = this.points && !this.calm.matches ? 1 - Math.exp(-EASE * dt) : 1;
    const points = this.points ?? target ?? this.still(face, width, height);
    if (target) for (let k = 0; k < target.length; k++) points[k]! += part * (target[k]! - points[k]!);
    this.points = points;
    const wanted = performer === "camera" && !present ? FAINT : 1;
    this.strength += part * (wanted - this.strength);
    const colours = coloursOf(this.canvas);
    // What stands still is not drawn again.
    const state = `${colours.line} ${this.strength.toFixed(2)} ${points[0]!.toFixed(1)} ${points[1]!.toFixed(1)} ${sum(points).toFixed(0)}`;
    if (state === this.last) return;
    this.last = state;
    this.context.clearRect(0, 0, width, height);
    drawFace(this.context, points, face.net, colours, unit, this.strength);
  }

  /** Null: the last lines stay. */
  private target(face: FaceLines, width: number, height: number): Float32Array | null {
    const seen = useFace.getState().performer === "camera" ? latestSeen() : null;
    if (seen) return seen.points && framed(seen.points, seen, { width, height }, true);
    const values = Object.fromEntries(GESTURES.map(({ name }) => [name, gestureNow(name)]));
    return this.still(face, width, height, values);
  }

  private still(face: FaceLines, width: number, height: number, values: Record<string, number> = {}): Float32Array {
    return framed(puppet(face.vertices, values, BOX), { width: BOX, height: BOX }, { width, height }, false);
  }
}

function sum(points: Float32Array): number {
  let all = 0;
  for (const value of points) all += Math.abs(value);
  return all;
}

function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  return { line: style.getPropertyValue("--text"), accent: style.getPropertyValue("--accent") };
}
