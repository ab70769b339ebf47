/** Follows one face from frame to frame: the nearest, without hopping between two. */
import { decode, letterbox, sigmoid } from "./detector";
import { affineOf, MESH_SIZE, placed, regionOfDetection, regionOfLandmarks, type Region } from "./mesh";
import { crop, type Frame } from "./pixels";

const SURE = 0.5;
const LOOK_AROUND_FRAMES = 30;
// Another face takes over when it is nearer by this much: two equal ones do not fight.
const NEARER = 1.35;

/** The two networks: an image in, its two outputs out. */
export interface Networks {
  /** `[128, 128, 3]` -1..1 */
  detect(image: Float32Array): Promise<{ scores: Float32Array; boxes: Float32Array }>;
  /** `[192, 192, 3]` 0..1 */
  landmarks(image: Float32Array): Promise<{ points: Float32Array; score: number }>;
}

export interface Tracked {
  points: Float32Array;
  /** that this is a face, 0..1 */
  score: number;
  /** another face than before */
  changed: boolean;
}

export class Tracker {
  private region: Region | null = null;
  private sinceLook = 0;

  constructor(private readonly networks: Networks) {}

  async step(frame: Frame): Promise<Tracked | null> {
    let changed = this.region === null;
    this.sinceLook++;
    if (this.region && this.sinceLook >= LOOK_AROUND_FRAMES) changed = await this.lookAround(frame, this.region);
    if (!this.region) {
      this.sinceLook = 0;
      const [face] = await this.find(frame);
      if (!face) return null;
      // From the detector's rough square; a second look is as sharp as any later one.
      const rough = await this.mesh(frame, regionOfDetection(face));
      if (!rough) return null;
      this.region = regionOfLandmarks(rough.points);
    }
    const found = await this.mesh(frame, this.region);
    this.region = found && regionOfLandmarks(found.points);
    return found && { ...found, changed };
  }

  private async find(frame: Frame) {
    const { image, ...box } = letterbox(frame);
    const { scores, boxes } = await this.networks.detect(image);
    return decode(scores, boxes, box);
  }

  private async mesh(frame: Frame, region: Region) {
    const image = crop(frame, affineOf(region), MESH_SIZE);
    const { points, score } = await this.networks.landmarks(image);
    const sure = sigmoid(score);
    if (sure < SURE) return null;
    const found = placed(points, region);
    return found.every(Number.isFinite) ? { points: found, score: sure } : null;
  }

  /** Drops the followed face for one that is clearly nearer. */
  private async lookAround(frame: Frame, region: Region): Promise<boolean> {
    this.sinceLook = 0;
    const faces = await this.find(frame);
    const own = faces.filter(
      ({ centre }) => Math.hypot(centre[0] - region.x, centre[1] - region.y) < 0.4 * region.side,
    );
    const largest = faces[0];
    if (!largest || own.length === 0) return false;
    if (largest.size <= NEARER * Math.max(...own.map(({ size }) => size))) return false;
    this.region = null;
    return true;
  }
}
