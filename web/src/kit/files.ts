/** Files that the studio takes, by the ends of their names: as the server takes them. */
import { SET_SUFFIX } from "./set-name";

export const ENDINGS = {
  sound: [".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff", ".m4a"],
  video: [".mp4", ".mov", ".webm", ".mkv", ".avi"],
  midi: [".mid", ".midi", ".rmi", ".kar"],
  model: [".resonance"],
  network: [".pkl", ".pt", ".pth"],
  set: [SET_SUFFIX],
} as const satisfies Record<string, readonly string[]>;

export type FileKind = keyof typeof ENDINGS;

/** Null for what the studio has no use for. */
export function kindOf({ name }: { name: string }): FileKind | null {
  const lower = name.toLowerCase();
  const kinds = Object.keys(ENDINGS) as FileKind[];
  return kinds.find((kind) => ENDINGS[kind].some((ending) => lower.endsWith(ending))) ?? null;
}

/** Said where several files are dropped. */
export const oneAtATime = (name: string): string => `Only ${name} was taken: drop one file at a time.`;

/** What a field for files of these kinds accepts. */
export const accepts = (...kinds: FileKind[]): string => kinds.flatMap((kind) => ENDINGS[kind]).join(",");

/** All that can be dropped anywhere, as a message says it. */
export function droppable(): string {
  const all = [...ENDINGS.sound, ENDINGS.midi[0], ENDINGS.set[0], ...ENDINGS.model, ...ENDINGS.network];
  return `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}
