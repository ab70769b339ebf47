/** Names and numbers as players read them. */

/** `electric_piano_rhodes` as `Electric piano rhodes`; `family/brass` as `Brass`. */
export function title(name: string): string {
  const words = name.slice(name.lastIndexOf("/") + 1).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface Named {
  title: string;
  /** where it is told what moves, the words that it shares with others */
  told?: string;
  ends?: readonly [string, string];
}

/** Of controls that players meet; all others are named by what they are called. */
const CONTROLS: Record<string, Named> = {
  brightness: { title: "Brightness", ends: ["dark", "bright"] },
  rate: { title: "Rate", ends: ["slow", "fast"] },
  impact: { title: "Attack", ends: ["soft", "hard"] },
  size: { title: "Size", ends: ["small", "large"] },
  roughness: { title: "Roughness", ends: ["smooth", "rough"] },
  speed: { title: "Speed", ends: ["back", "fast"] },
  low_hz: { title: "Low cut" },
  high_hz: { title: "High cut" },
  tilt_db: { title: "Tilt", ends: ["low", "high"] },
  gain_db: { title: "Level" },
  gate_db: { title: "Gate" },
  entropy: { title: "Breath" },
  transpose: { title: "Transpose", ends: ["down", "up"] },
  root: { title: "Root", ends: ["down", "up"] },
  mouth: { title: "Mouth open" },
  mouth_width: { title: "Mouth wide", ends: ["narrow", "wide"] },
  brow: { title: "Brows up" },
  yaw_degrees: { title: "Turn" },
  yaw_velocity: { title: "Turning" },
  pitch_degrees: { title: "Nod" },
  pitch_velocity: { title: "Nodding" },
  roll_degrees: { title: "Tilt head" },
  roll_velocity: { title: "Tilting" },
  stillness: { title: "Hold still" },
  face_x: { title: "Move sideways", ends: ["left", "right"] },
  face_y: { title: "Move up", ends: ["down", "up"] },
  face_size: { title: "Come closer" },
  smile: { title: "Smile" },
  pucker: { title: "Pucker" },
  blink: { title: "Blink" },
  tilt: { title: "Lean head", ends: ["right", "left"] },
  nod: { title: "Nod at once" },
  distance: { title: "Distance" },
  glide_seconds: { title: "Glide" },
  modulation: { title: "Vibrato" },
  expression: { title: "Swell" },
  volume: { title: "Volume" },
  pan: { title: "Pan", ends: ["left", "right"] },
  sustain: { title: "Pedal" },
  reverb: { title: "Room" },
  distortion: { title: "Drive" },
  release_noise: { title: "Keys going up" },
  bend: { title: "Bend", ends: ["down", "up"] },
  play_key: { title: "Held key" },
  play_level: { title: "Hold it" },
  note: { title: "Last key" },
  velocity: { title: "Velocity" },
  notes: { title: "Keys down" },
  pressure: { title: "Pressure" },
  timbre: { title: "MPE timbre" },
  cc1: { title: "Wheel" },
  rms: { title: "RMS level" },
  energy: { title: "Follow the music" },
  pulse: { title: "Pulse on the beat" },
  warmth: { title: "Warmth", ends: ["cool", "warm"] },
  edge: { title: "Edges", ends: ["soft", "sharp"] },
  jagged: { title: "Jaggedness", ends: ["round", "jagged"] },
  scale: { title: "Size of shapes", ends: ["small", "large"] },
  detail: { title: "Grain", ends: ["plain", "fine"] },
  chroma: { title: "Colour", ends: ["pale", "strong"] },
  spread: { title: "Range of colours" },
  light: { title: "Light", ends: ["dark", "light"] },
  harmony_x: { title: "Harmony x", told: "Which colours" },
  harmony_y: { title: "Harmony y", told: "Which colours" },
  mood_energy: { title: "Mood energy", told: "Which mood" },
  mood_light: { title: "Mood light", told: "Which mood" },
  mood_x: { title: "Mood x", told: "Which mood" },
  mood_y: { title: "Mood y", told: "Which mood" },
  dx: { title: "Shift x" },
  dy: { title: "Shift y" },
  flow_speed: { title: "Flow speed", ends: ["back", "fast"] },
  spin_speed: { title: "Spin speed", ends: ["left", "right"] },
  drift_speed: { title: "Drift" },
  truncation: { title: "Variety" },
};

const IN_NAME = /_(hz|db|degrees|seconds|velocity)$/;

/** A control's name, without its unit. */
export function controlTitle(name: string): string {
  const knob = /^cc(\d+)$/.exec(name)?.[1];
  return CONTROLS[name]?.title ?? (knob ? `Knob ${knob}` : title(name.replace(IN_NAME, "")));
}

/** What a control does, in a list of what is moved: several may do one thing. */
export function controlTold(name: string): string {
  return CONTROLS[name]?.told ?? controlTitle(name);
}

export function controlEnds(name: string): readonly [string, string] | undefined {
  return CONTROLS[name]?.ends;
}

/** What is said while small pictures are drawn; how many is not known before the map is there. */
export function loadingWords(count: number, seconds: number): string {
  return `Loading ${count > 0 ? `${count} ` : ""}sounds, about ${seconds} s`;
}

interface Range {
  name?: string;
  low: number;
  high: number;
  unit: string;
}

const MINUS = "−";

function signed(value: number, digits: number, unit: string): string {
  const rounded = Number(value.toFixed(digits));
  const sign = rounded > 0 ? "+" : "";
  return `${sign}${rounded.toFixed(digits)} ${unit}`.replace("-", MINUS);
}

/** Without a minus before nothing. */
function whole(value: number): string {
  return String(Math.round(value) || 0).replace("-", MINUS);
}

export function hertz(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(0)} kHz`;
  return value >= 1000 ? `${(value / 1000).toFixed(1)} kHz` : `${value.toFixed(0)} Hz`;
}

/** A value with its unit, as short as it can be. */
export function amount(value: number, range: Range): string {
  const { name, low, high, unit } = range;
  if (name === "pan") return pan((value - 64) / 64);
  if (name === "sustain") return value >= 64 ? "down" : "up";
  switch (unit) {
    case "x":
      return `${value.toFixed(1)}×`.replace("-", MINUS);
    case "Hz":
      return hertz(value);
    case "s":
      return value < 1 ? `${Math.round(1000 * value)} ms` : `${value.toFixed(1)} s`;
    case "dB":
      if (value <= low) return name === "gate_db" ? "off" : "silent";
      return signed(value, 0, "dB");
    case "dB per octave":
      return signed(value, 1, "dB/oct");
    case "degrees":
      return `${whole(value)}°`;
    case "degrees per second":
      return `${whole(value)}°/s`;
    case "MIDI number":
      return noteName(Math.round(value));
    case "semitones":
      return signed(value, 1, "st");
    default:
      return share(value, low, high);
  }
}

/** What has no unit, as percent of how far it goes. */
function share(value: number, low: number, high: number): string {
  if (low < 0 && high > 0) return signed((100 * value) / Math.max(high, -low), 0, "%");
  return `${Math.round((100 * (value - low)) / (high - low))} %`;
}

function pan(side: number): string {
  const percent = Math.round(100 * side);
  return percent === 0 ? "centre" : `${Math.abs(percent)} % ${percent < 0 ? "left" : "right"}`;
}

/** What may follow a number, in small letters: units, and the words that values are shown with. */
const UNITS = new Set(
  [
    ...["%", "percent", "×", "x", "hz", "khz", "k", "ms", "s", "sec", "second", "seconds", "db", "db/oct", "db/octave", "octave"],
    ...["°", "°/s", "degree", "degrees", "per", "st", "semitone", "semitones", "bpm", "beat", "beats", "bar", "bars"],
    ...["step", "steps", "l", "r", "left", "right", "turned", "who", "speaks"],
  ],
);

/** A number, also with an exponent and with a real or a typed minus, and its unit; null where anything else stands there. */
export function plainNumber(text: string): number | null {
  const found = /^\s*±?([-−+]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[-−+]?\d+)?)(.*)$/iu.exec(text);
  if (!found) return null;
  const words = found[2]!.toLowerCase().split(/[\s,]+/u).filter(Boolean);
  if (!words.every((word) => UNITS.has(word))) return null;
  const number = Number(found[1]!.replaceAll(MINUS, "-").replace(",", "."));
  return Number.isFinite(number) ? number : null;
}

const NOTE = /^\s*([a-g])([♯#b♭]?)(-?\d)\s*$/i;
const STEPS: Record<string, number> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 };

/** A typed value; null for what is none. Not kept within the range. */
export function readAmount(text: string, range: Range): number | null {
  const { name, low, high, unit } = range;
  const lower = text.trim().toLowerCase();
  if (["off", "silent"].includes(lower)) return low;
  if (name === "pan" && ["c", "center", "centre"].includes(lower)) return 64;
  if (name === "sustain" && ["up", "down"].includes(lower)) return lower === "down" ? high : low;
  const number = plainNumber(text);
  if (unit === "MIDI number") {
    const note = NOTE.exec(text);
    if (note) return 12 * (Number(note[3]) + 1) + STEPS[note[1]!.toLowerCase()]! + (note[2] ? (/[b♭]/.test(note[2]) ? -1 : 1) : 0);
    return number;
  }
  if (number === null) return null;
  if (name === "pan") return 64 + (64 * number * (lower.includes("l") ? -1 : 1)) / 100;
  if (name === "sustain") return number;
  switch (unit) {
    case "x":
    case "dB":
    case "dB per octave":
    case "degrees":
    case "degrees per second":
    case "semitones":
      return number;
    case "Hz":
      return lower.includes("k") ? 1000 * number : number;
    case "s":
      return lower.includes("ms") ? number / 1000 : number;
    default:
      return low < 0 && high > 0 ? (number / 100) * Math.max(high, -low) : low + (number / 100) * (high - low);
  }
}

const NAMES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

export function noteName(midi: number): string {
  return `${NAMES[((midi % 12) + 12) % 12]}${Math.floor(midi / 12) - 1}`;
}

/** A title as the name of a recipe's file: letters and digits of any script; empty where there are none. */
export function recipeName(title: string): string {
  const plain = title.normalize("NFC").toLowerCase().replaceAll(/[^\p{L}\p{N}_-]+/gu, "_");
  return Array.from(plain).slice(0, 60).join("").replaceAll(/^_+|_+$/g, "");
}

export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
