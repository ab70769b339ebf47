/** Follows one face from frame to frame: the nearest, without hopping between two. */
import { decode, letterbox, sigmoid, type Detection } from "./detector";
import { lift } from "./light";
import { affineOf, MARGIN, MESH_SIZE, placed, regionOfDetection, regionOfLandmarks, type Region } from "./mesh";
import { crop, type Frame } from "./pixels";
import { cut, moved, tileAround, tiles, type Tile } from "./tiles";

const SURE = 0.5;
const LOOK_AROUND_FRAMES = 30;
// Another face takes over when it is nearer by this much: two equal ones do not fight.
const NEARER = 1.35;
// Many more places are looked at.
const TILE_SCORE = 0.7;
// A lost face is looked for where it was, in a square so many times its own.
const AROUND = 2;
const AROUND_FRAMES = 12;

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

/**
 * Where the whole frame shows no face, tiles of it may show a far one: all of them in the first frame, then one in
 * each.
 */
export class Tracker {
  private region: Region | null = null;
  private lost: Region | null = null;
  private without = 0;
  private sinceLook = 0;

  constructor(private readonly networks: Networks) {}

  async step(frame: Frame): Promise<Tracked | null> {
    let changed = this.region === null;
    this.sinceLook++;
    if (this.region && this.sinceLook >= LOOK_AROUND_FRAMES) changed = await this.lookAround(frame, this.region);
    if (!this.region) {
      this.sinceLook = 0;
      this.region = await this.search(frame);
      if (!this.region) return null;
    }
    const found = await this.mesh(frame, this.region);
    if (!found) [this.lost, this.without] = [this.region, 1];
    this.region = found && regionOfLandmarks(found.points);
    return found && { ...found, changed };
  }

  /** Where the largest face is; of far ones, the first that is found. */
  private async search(frame: Frame): Promise<Region | null> {
    const { width, height } = frame;
    const around = this.lost;
    let squares = tiles(width, height);
    if (around && this.without <= AROUND_FRAMES) {
      squares = [tileAround(around.x, around.y, AROUND * around.side, width, height)];
    } else if (this.without) {
      squares = [squares[this.without % squares.length]!];
    }
    this.without++;
    for (const tile of [null, ...squares]) {
      const [face] = await this.find(frame, tile);
      // From the detector's rough square; a second look is as sharp as any later one.
      const rough = face && (await this.mesh(frame, regionOfDetection(face)));
      if (!rough) continue;
      [this.lost, this.without] = [null, 0];
      return regionOfLandmarks(rough.points);
    }
    return null;
  }

  private async find(frame: Frame, tile: Tile | null = null): Promise<Detection[]> {
    const { image, ...box } = letterbox(tile ? cut(frame, tile) : frame);
    const { scores, boxes } = await this.networks.detect(image);
    const faces = decode(scores, boxes, box);
    return tile ? faces.filter(({ score }) => score > TILE_SCORE).map((face) => moved(face, tile)) : faces;
  }

  private async mesh(frame: Frame, region: Region) {
    const image = lift(crop(frame, affineOf(region), MESH_SIZE), MESH_SIZE, MESH_SIZE, 1);
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
    if (!largest) return false;
    // One that is too far for the whole frame is as large as its landmarks.
    const sizes = own.length > 0 ? own.map(({ size }) => size) : [region.side / MARGIN];
    if (largest.size <= NEARER * Math.max(...sizes)) return false;
    this.region = null;
    return true;
  }
}
