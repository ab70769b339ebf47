// Written by npm run generate from wire.json.
export const PROTOCOL = 4;
export const SAMPLE_RATE = 48000;
export const MOST_PULL = 24000;
export const MOST_OWED = 48000;
export const MOST_COLUMNS = 256;
export const MOST_HEARD = 9600;

export const CloseCode = {
  "WRONG_MESSAGE": 4400,
  "NO_SESSION": 4404,
  "TAKEN_OVER": 4409,
  "FAILED": 4500
} as const;

export type Movement = LfoMovement | HandMovement | SourceMovement;
export type FromPage =
  | Pull
  | SetControls
  | GoTo
  | Choose
  | Midi
  | Forget
  | SetMap
  | Release
  | SetMoves
  | SetTempo
  | FollowBeat
  | OpenSound
  | PlaySound
  | LimitFlashes
  | Look
  | RecordTake
  | Ping;
export type ToPage =
  | Loading
  | Ready
  | Applied
  | MetersNow
  | ValuesNow
  | HeardNow
  | PatchNow
  | InstrumentNow
  | TakeNow
  | Notice
  | Pong;

/**
 * From which frame on a message is in force.
 */
export interface Applied {
  type: "applied";
  id: number;
  frame: number;
  /**
   * the model makes a window for it, heard a little later
   */
  waiting_model: boolean;
}
/**
 * One of an instrument's named choices, such as instrument: cello. Answered by ``applied``.
 */
export interface Choose {
  type: "choose";
  id: number;
  choice: string;
  value: string;
}
/**
 * What an instrument of pictures sends beside its sound.
 */
export interface DrawnLayout {
  /**
   * places: the page draws them itself; frames: pictures, drawn here
   */
  kind: "places" | "frames";
  /**
   * whose places they are
   */
  bundle: string;
  /**
   * of a frame; of the picture that the limiter looks at
   */
  width: number;
  height: number;
  frame_rate: number;
  /**
   * controls of the look, in the order that a place has them
   */
  looks: string[];
}
/**
 * How the beat of the sound is followed; what is null stays. Answered by ``applied``.
 */
export interface FollowBeat {
  type: "follow_beat";
  id: number;
  /**
   * keep the beat that is heard
   */
  follow?: boolean | null;
  /**
   * of the beats that are found
   */
  multiple?: ("half" | "as_heard" | "double") | null;
}
/**
 * MIDI messages whose frame is still to come are not played. Answered by ``applied``.
 */
export interface Forget {
  type: "forget";
  id: number;
}
/**
 * Another place of the latent space. Answered by ``applied``.
 */
export interface GoTo {
  type: "place";
  id: number;
  /**
   * null: back to where the controls lead
   */
  place: PlaceInput | null;
}
/**
 * A place of the latent space: by its numbers, or as a blend of named places.
 */
export interface PlaceInput {
  /**
   * the place itself [latent_size]
   */
  w?: number[] | null;
  /**
   * named places and their shares; used when w is not given
   */
  weights?: {
    [k: string]: number;
  };
}
/**
 * A path that was recorded by hand, repeated.
 */
export interface HandMovement {
  /**
   * share of the control's whole range; added to its set value
   */
  depth?: number;
  /**
   * length of a cycle in quarter notes
   */
  beats?: number | null;
  /**
   * length of a cycle, whatever the tempo
   */
  seconds?: number | null;
  kind: "hand";
  /**
   * evenly spaced over a cycle
   */
  points: number[];
}
/**
 * What plays into the instrument and what is heard of it; at most 20 times a second.
 */
export interface HeardNow {
  type: "heard";
  frame: number;
  source: "none" | "file" | "live";
  /**
   * of the file; empty where there is none
   */
  upload: string;
  name: string;
  /**
   * length of the file
   */
  seconds: number;
  /**
   * where it is, in seconds
   */
  at: number;
  playing: boolean;
  /**
   * the sense of sound, by control
   */
  values: {
    [k: string]: number;
  };
  /**
   * of the beat that is heard; null: none is clear
   */
  bpm: number | null;
  /**
   * whether movement keeps that beat
   */
  follows: boolean;
  multiple: "half" | "as_heard" | "double";
}
/**
 * An instrument that played here goes by another name; its sound goes on.
 */
export interface InstrumentNow {
  type: "instrument";
  before: string;
  name: string;
}
/**
 * A wave in -1..1.
 */
export interface LfoMovement {
  /**
   * share of the control's whole range; added to its set value
   */
  depth?: number;
  /**
   * length of a cycle in quarter notes
   */
  beats?: number | null;
  /**
   * length of a cycle, whatever the tempo
   */
  seconds?: number | null;
  kind: "lfo";
  shape?: "sine" | "triangle" | "saw" | "square" | "random";
  /**
   * where in its cycle it begins
   */
  phase?: number;
}
/**
 * The flash limiter; on at the start of each connection. Answered by ``applied``.
 */
export interface LimitFlashes {
  type: "limit_flashes";
  id: number;
  on: boolean;
}
/**
 * The instrument is being opened; the first message, again with a new text as it goes on.
 */
export interface Loading {
  type: "loading";
  what: string;
}
/**
 * The page can draw: answered by one ``PICTURE``, once there is a new column.
 */
export interface Look {
  type: "look";
  /**
   * most that it wants, the latest win
   */
  columns: number;
}
/**
 * One line of a ``[map]`` table; a plain string is a source of the same range.
 */
export interface MapEntry {
  from: string[];
  in?: [number, number] | null;
  low?: number | null;
  high?: number | null;
  curve?: "linear" | "ease" | "exponential" | "steps" | "scale";
  mode?: "sum" | "max";
  gate?: number;
  smooth_seconds?: number;
  steps?: number;
  scale?: string;
}
/**
 * Four times a second while it plays.
 */
export interface MetersNow {
  type: "meters";
  frame: number;
  generation_ms: Spread;
  render_ms: Spread1;
  /**
   * made by the model so far
   */
  windows: number;
  /**
   * pulls that took longer than their own sound
   */
  late: number;
  dropped_requests: number;
  errors: number;
  last_error: string;
  /**
   * peak of the last quarter of a second, dBFS
   */
  level_db: number;
  /**
   * quarter notes since the performance began
   */
  beat: number;
}
/**
 * the model: one window
 */
export interface Spread {
  p50: number;
  p95: number;
  max: number;
}
/**
 * one answer to a pull
 */
export interface Spread1 {
  p50: number;
  p95: number;
  max: number;
}
/**
 * A channel message of MIDI 1.0. Answered by ``applied``.
 */
export interface Midi {
  type: "midi";
  id: number;
  data: number[];
  /**
   * of the sample clock, when it is; null: now
   */
  frame?: number | null;
}
/**
 * What is sensed, such as a mouth or a level.
 */
export interface SourceMovement {
  /**
   * share of the control's whole range; added to its set value
   */
  depth?: number;
  kind: "source";
  /**
   * a sensed control
   */
  source: string;
}
/**
 * Something for the player to read; the sound goes on.
 */
export interface Notice {
  type: "notice";
  level: "info" | "warning" | "error";
  text: string;
  /**
   * of the message that could not be followed
   */
  id: number | null;
}
/**
 * What plays into the instrument, where it takes sound. Answered by ``applied``.
 *
 * Live sound comes as binary messages: 16-bit little-endian samples, mono, 48 kHz.
 */
export interface OpenSound {
  type: "open_sound";
  id: number;
  source: "none" | "file" | "live";
  /**
   * the file, from its start
   */
  upload?: string | null;
}
/**
 * What makes a sound again.
 */
export interface Patch {
  /**
   * such as face, texture, notes
   */
  instrument: string;
  /**
   * another model than the instrument's own
   */
  bundle: string | null;
  seed: number;
  controls: {
    [k: string]: number;
  };
  /**
   * such as instrument: cello
   */
  choices: {
    [k: string]: string;
  };
  place: Place | null;
  /**
   * what moves a control beside the instrument's own lines, or in their place; null: nothing does
   */
  map: {
    [k: string]: MapEntry | null;
  };
  /**
   * what moves a control around its value
   */
  moves: {
    [k: string]: Movement;
  };
  tempo: number;
}
/**
 * A place of the latent space: by its numbers, or as a blend of named places.
 */
export interface Place {
  /**
   * the place itself [latent_size]
   */
  w: number[] | null;
  /**
   * named places and their shares; used when w is not given
   */
  weights: {
    [k: string]: number;
  };
}
/**
 * The session was changed from elsewhere, such as by a preset.
 */
export interface PatchNow {
  type: "patch";
  patch: Patch;
}
/**
 * What the rows and columns of pictures are.
 */
export interface PictureLayout {
  rows: number;
  /**
   * bottom of row 0
   */
  low_hz: number;
  /**
   * top of the last row; rows are even in octaves
   */
  high_hz: number;
  seconds_per_column: number;
  /**
   * 0 is so far below full scale, 255 is full scale
   */
  range_db: number;
}
/**
 * Answered at once by ``pong``, ahead of sound that waits.
 */
export interface Ping {
  type: "ping";
  /**
   * the page's clock, comes back as it is
   */
  sent: number;
}
/**
 * Play the file on, pause it, or go elsewhere in it; null stays. Answered by ``applied``.
 */
export interface PlaySound {
  type: "play_sound";
  id: number;
  playing?: boolean | null;
  at?: number | null;
}
/**
 * To ``ping``.
 */
export interface Pong {
  type: "pong";
  sent: number;
  frame: number;
}
/**
 * A credit: the page has room for so many frames. Answered by one ``SOUND`` of that length.
 */
export interface Pull {
  type: "pull";
  frames: number;
}
/**
 * The instrument plays: pulls are answered from here on.
 */
export interface Ready {
  type: "ready";
  protocol: number;
  session: string;
  patch: Patch;
  channels: number;
  /**
   * the sample clock: number of the next frame
   */
  frame: number;
  /**
   * from a control to the middle of its effect, server part
   */
  latency_ms: number;
  picture: PictureLayout;
  /**
   * null: it makes sound
   */
  drawn: DrawnLayout | null;
}
/**
 * Begin or end a take of what is heard. Answered by ``take``.
 */
export interface RecordTake {
  type: "record";
  on: boolean;
  name?: string;
}
/**
 * Controls that were set by hand go back to what moves them. Answered by ``applied``.
 */
export interface Release {
  type: "release";
  id: number;
  names: string[];
}
/**
 * Controls from now on; those that are not named stay. Answered by ``applied``.
 */
export interface SetControls {
  type: "controls";
  /**
   * the page's own; comes back in applied
   */
  id: number;
  values?: {
    [k: string]: number;
  };
  /**
   * whether the performer is there; null: these are set by hand
   */
  present?: boolean | null;
  /**
   * whose signal it is, where present is given
   */
  sense?: "face" | "microphone";
}
/**
 * What moves the controls from now on. Answered by ``applied``.
 *
 * Controls whose line changed and that were set by hand are released.
 */
export interface SetMap {
  type: "map";
  id: number;
  /**
   * control to its line, beside the instrument's own; null: nothing moves it
   */
  lines: {
    [k: string]: MapEntry | null;
  };
}
/**
 * What moves controls around their value; those not named stay. Answered by ``applied``.
 */
export interface SetMoves {
  type: "moves";
  id: number;
  /**
   * null: it stays at its value
   */
  moves: {
    [k: string]: Movement | null;
  };
}
/**
 * The tempo from now on; the beat goes on from where it is. Answered by ``applied``.
 */
export interface SetTempo {
  type: "tempo";
  id: number;
  bpm: number;
  /**
   * the beat now, such as a tap
   */
  beat?: number | null;
}
/**
 * A distribution of times in milliseconds.
 */
export interface Spread2 {
  p50: number;
  p95: number;
  max: number;
}
/**
 * The recorder; ``take`` is the finished one's id.
 */
export interface TakeNow {
  type: "take";
  recording: boolean;
  seconds: number;
  take: string | null;
}
/**
 * Where moved controls are; at most 30 times a second, once more when all movement ended.
 */
export interface ValuesNow {
  type: "values";
  frame: number;
  /**
   * quarter notes since the performance began
   */
  beat: number;
  /**
   * by control; empty when movement ended
   */
  values: {
    [k: string]: number;
  };
}

/** A binary frame; its payload is [frames, channels] interleaved, -1..1, 48 kHz. */
export interface Sound {
  kind: "sound";
  /** 1 or 2 */
  channels: number;
  /** frames that follow */
  frames: number;
  /** the sample clock: number of the first frame */
  frame: number;
  /** the model's latest window */
  generation_ms: number;
  /** this block */
  render_ms: number;
  payload: Float32Array;
}

/** A binary frame; its payload is [columns, rows], oldest first, row 0 the lowest. */
export interface Picture {
  kind: "picture";
  /** of frequency */
  rows: number;
  /** of time, that follow */
  columns: number;
  /** columns lost between the last picture and this one */
  skipped: number;
  /** the sample clock at the middle of the last column */
  frame: number;
  /** peak of these columns, dBFS */
  level_db: number;
  payload: Uint8Array;
}

/** A binary frame; its payload is w [size], then the controls of the look in the order that ready told. */
export interface Placed {
  kind: "placed";
  /** numbers of the place; the rest are those of the look */
  size: number;
  /** how much of it is shown over what was shown before, 0..1 */
  share: number;
  /** the sample clock of the moment that it belongs to */
  frame: number;
  /** of what is finer than a third of the picture, 0..1 */
  contrast: number;
  payload: Float32Array;
}

/** A binary frame; its payload is a JPEG file. */
export interface Drawn {
  kind: "drawn";
  /** in pixels */
  width: number;
  /** in pixels */
  height: number;
  /** the sample clock of the moment that it belongs to */
  frame: number;
  payload: Uint8Array;
}

/** A binary frame, or null for one of a kind that this page does not know. */
export function readFrame(message: ArrayBuffer): Sound | Picture | Placed | Drawn | null {
  if (message.byteLength < 24) return null;
  const head = new DataView(message);
  switch (head.getUint8(0)) {
    case 1:
      return {
        kind: "sound",
        channels: head.getUint8(1),
        frames: head.getUint32(4, true),
        frame: head.getFloat64(8, true),
        generation_ms: head.getFloat32(16, true),
        render_ms: head.getFloat32(20, true),
        payload: new Float32Array(message, 24),
      };
    case 2:
      return {
        kind: "picture",
        rows: head.getUint16(2, true),
        columns: head.getUint16(4, true),
        skipped: head.getUint16(6, true),
        frame: head.getFloat64(8, true),
        level_db: head.getFloat32(16, true),
        payload: new Uint8Array(message, 24),
      };
    case 3:
      return {
        kind: "placed",
        size: head.getUint16(2, true),
        share: head.getFloat32(4, true),
        frame: head.getFloat64(8, true),
        contrast: head.getFloat32(16, true),
        payload: new Float32Array(message, 24),
      };
    case 4:
      return {
        kind: "drawn",
        width: head.getUint16(2, true),
        height: head.getUint16(4, true),
        frame: head.getFloat64(8, true),
        payload: new Uint8Array(message, 24),
      };
    default:
      return null;
  }
}
