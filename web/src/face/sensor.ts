/** From measures of frames to controls, with the same names, units and filters as in Python. */
import { BROW_DEAD, Learner, MOUTH_DEAD, MOUTH_RANGE, type Neutral } from "./neutral";
import type { Measures } from "./measures";
import { Nods } from "./nods";
import { OneEuro } from "./one-euro";
import { Presence } from "./presence";
import { Stillness } from "./stillness";

export const REST = {
  mouth: 0,
  mouth_width: 0,
  brow: 0,
  yaw_degrees: 0,
  pitch_degrees: 0,
  roll_degrees: 0,
  yaw_velocity: 0,
  pitch_velocity: 0,
  roll_velocity: 0,
  stillness: 1,
  face_x: 0,
  face_y: 0,
  face_size: 0,
  smile: 0,
  pucker: 0,
  blink: 0,
  tilt: 0,
  nod: 0,
  distance: 0.6,
};

export type FaceControls = typeof REST;
type Name = keyof FaceControls;

const NAMES = Object.keys(REST) as Name[];
const FILTERED = NAMES.filter((name) => !name.endsWith("_velocity") && name !== "stillness" && name !== "nod");
const TURNS = ["yaw", "pitch", "roll"] as const;
const MIN_CUTOFF = 1;
const BETA = 0.15;
// Speeds open the filters; this brings all units to those of the angles.
const UNIT = (name: Name) => (name.endsWith("_degrees") ? 1 : 0.01);

// As in Python: what turning leaks into the mouth's width, and the way from rest to a full pucker; how far eyes close
// by without a blink, and by a whole one; what an opening mouth takes its corners down by.
const SMILE_DEAD = 0.02;
const PUCKER_DEAD = 0.025;
const PUCKER_RANGE = 0.13;
const BLINK_DEAD = 0.12;
const BLINK_RANGE = 0.22;
const CORNERS_BY_OPENING = 0.3;
const CORNERS_WEIGHT = 0.7;
const FULL_TILT_DEGREES = 20;
// Between the outer corners of an adult's eyes, in metres; half the picture's width over its distance.
const EYES_METRES = 0.09;
const HALF_WIDTH = Math.tan(Math.PI / 6);

const within = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

export class FaceSensor {
  values: FaceControls = { ...REST };
  present = false;
  private leftAt: FaceControls = { ...REST };
  private readonly filters = new Map(FILTERED.map((name) => [name, new OneEuro(MIN_CUTOFF, BETA / UNIT(name))]));
  private readonly stillness = new Stillness();
  private readonly nods = new Nods();
  private readonly presence = new Presence();
  private readonly learner: Learner;

  constructor(saved: Neutral | null) {
    this.learner = new Learner(saved);
  }

  /** A frame with a face; `other`: not the one of the frame before. */
  see(measures: Measures, width: number, height: number, dt: number, other: boolean): void {
    const neutral = this.learner.step(measures, dt);
    const raw = normalise(measures, neutral, width, height);
    if (this.presence.returns(dt, other)) {
      this.leftAt = { ...this.values };
      for (const filter of this.filters.values()) filter.restart();
    }
    const values = { ...this.values };
    const speed = {} as Record<Name, number>;
    for (const [name, filter] of this.filters) {
      values[name] = filter.step(raw[name]!, dt);
      speed[name] = filter.speed;
    }
    const back = this.presence.welcome;
    if (back < 1) {
      // From where rest had led to where the face is now: a glide, not a swing.
      for (const name of FILTERED) values[name] = this.leftAt[name] + back * (values[name] - this.leftAt[name]);
    }
    const aspect = width / Math.max(measures.size, 1) / 2;
    values.stillness = this.stillness.step(
      {
        yaw: speed.yaw_degrees,
        pitch: speed.pitch_degrees,
        roll: speed.roll_degrees,
        // In the usual range, however small the one that plays is.
        mouth: (speed.mouth * neutral.mouth_range) / MOUTH_RANGE,
        brow: speed.brow,
        x: speed.face_x * aspect,
        y: speed.face_y * aspect,
      },
      dt,
    );
    for (const turn of TURNS) {
      const before = this.values[`${turn}_degrees`];
      // A face that has just come back does not swing from rest to where it is.
      const now = this.presence.settled ? (values[`${turn}_degrees`] - before) / dt : 0;
      const last = this.values[`${turn}_velocity`];
      values[`${turn}_velocity`] = last + Math.min(1, dt / 0.05) * (now - last);
    }
    if (this.presence.settled) values.nod = this.nods.step(values.pitch_degrees, values.pitch_velocity, dt);
    this.values = values;
    this.present = true;
  }

  /** A frame without: the last face for a moment, then a glide to rest. */
  miss(dt: number): void {
    const part = this.presence.lost(dt);
    this.stillness.reset();
    this.nods.reset();
    const values = { ...this.values };
    for (const name of NAMES) values[name] += part * (REST[name] - values[name]);
    this.values = values;
    this.present = this.present && part === 0;
  }
}

/** Measures against rest, in the units and ranges of the controls. */
function normalise(measures: Measures, neutral: Neutral, width: number, height: number) {
  const { pose } = measures;
  const wider = measures.mouthWidth - neutral.mouth_width;
  const up = measures.corners - neutral.corners + CORNERS_BY_OPENING * (measures.mouth - neutral.mouth);
  const closed = neutral.eyes ? 1 - measures.eyes / neutral.eyes : 0;
  const roll = pose.roll - neutral.roll;
  const size = Math.min(measures.size / width, 1);
  return {
    mouth: within((measures.mouth - neutral.mouth - MOUTH_DEAD) / neutral.mouth_range, 0, 1),
    mouth_width: within(wider / 0.25, -1, 1),
    brow: within((measures.brow - neutral.brow - BROW_DEAD) / neutral.brow_range, 0, 1),
    yaw_degrees: pose.yaw - neutral.yaw,
    pitch_degrees: pose.pitch - neutral.pitch,
    roll_degrees: roll,
    tilt: within(roll / FULL_TILT_DEGREES, -1, 1),
    face_x: (2 * measures.x) / width - 1,
    face_y: 1 - (2 * measures.y) / height,
    face_size: size,
    distance: within(EYES_METRES / (2 * HALF_WIDTH * Math.max(size, 0.01)), 0.2, 3),
    smile: within((wider + CORNERS_WEIGHT * up - SMILE_DEAD) / neutral.smile_range, 0, 1),
    pucker: within((-wider - PUCKER_DEAD) / PUCKER_RANGE, 0, 1),
    blink: within((closed - BLINK_DEAD) / BLINK_RANGE, 0, 1),
  } as Partial<FaceControls>;
}
