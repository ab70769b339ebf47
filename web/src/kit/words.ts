/** Names and numbers as players read them. */

/** `electric_piano_rhodes` as `Electric piano rhodes`; `family/brass` as `Brass (family)`. */
export function title(name: string): string {
  const [group, own] = name.includes("/") ? name.split("/", 2) : ["", name];
  const words = (own ?? "").replaceAll("_", " ");
  const capital = words.charAt(0).toUpperCase() + words.slice(1);
  return group === "family" ? `${capital} (family)` : capital;
}

const UNITS: Record<string, string> = { degrees: "°", "degrees per second": "°/s", Hz: "Hz" };
const IN_NAME = /_(hz|db|degrees|seconds|velocity)$/;

/** A control's name without its unit. */
export function controlTitle(name: string): string {
  if (name.endsWith("_velocity")) return `${title(name.replace("_velocity", ""))} speed`;
  const words = title(name.replace(IN_NAME, ""));
  return words === "Low" ? "Band from" : words === "High" ? "Band to" : words;
}

const SOURCES: Record<string, string> = {
  note: "Last key",
  velocity: "Velocity",
  notes: "Keys that are down",
  bend: "Pitch wheel",
  pressure: "Pressure",
  timbre: "MPE timbre",
  cc1: "Modulation wheel",
};

/** What a control can be moved with: `cc21` as `Knob 21`, `yaw_degrees` as `Yaw`. */
export function sourceTitle(name: string): string {
  const knob = /^cc(\d+)$/.exec(name)?.[1];
  return SOURCES[name] ?? (knob ? `Knob ${knob}` : controlTitle(name));
}

export function amount(value: number, low: number, high: number, unit: string): string {
  const span = high - low;
  const digits = span > 50 ? 0 : span > 5 ? 1 : 2;
  const number = value.toFixed(digits).replace("-", "−");
  const shown = UNITS[unit] ?? unit;
  return shown ? `${number}${shown === "°" || shown === "°/s" ? "" : " "}${shown}` : number;
}

const NAMES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

export function noteName(midi: number): string {
  return `${NAMES[((midi % 12) + 12) % 12]}${Math.floor(midi / 12) - 1}`;
}

/** A title as the name of a recipe's file. */
export function recipeName(title: string): string {
  return title.trim().toLowerCase().replaceAll(/[^\w-]+/g, "_").slice(0, 60);
}

export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
