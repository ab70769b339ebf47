/** Held keys as the movements of a face: they take their time, and count as motion. */
import { share, smoothStep } from "./stillness";

const MOVE_SECONDS = 0.12;
const MOST_YAW = 40;
const FULL_MOTION = 1.2;
const CALM_SECONDS = 0.35;

export class Hands {
  readonly held = new Set<"mouth" | "brow" | "left" | "right">();
  private mouth = 0;
  private brow = 0;
  private yaw = 0;
  private motion = 0;

  step(dt: number): Record<string, number> {
    if (dt <= 0) dt = 1e-3;
    const part = share(dt, MOVE_SECONDS);
    const side = Number(this.held.has("right")) - Number(this.held.has("left"));
    const mouth = part * (Number(this.held.has("mouth")) - this.mouth);
    const brow = part * (Number(this.held.has("brow")) - this.brow);
    const yaw = part * (MOST_YAW * side - this.yaw);
    this.mouth += mouth;
    this.brow += brow;
    this.yaw += yaw;
    const speed = Math.hypot(mouth, brow, yaw / MOST_YAW) / dt;
    this.motion += share(dt, speed > this.motion ? 0.03 : CALM_SECONDS) * (speed - this.motion);
    return {
      mouth: this.mouth,
      brow: this.brow,
      yaw_degrees: this.yaw,
      yaw_velocity: yaw / dt,
      stillness: 1 - smoothStep(Math.min(1, this.motion / FULL_MOTION)),
    };
  }
}
