/** What can move a control, by where it comes from. */
export type SourceKind = "sound" | "face" | "midi";

const FACE = /^(mouth|brow|yaw|pitch_degrees|pitch_velocity|roll|stillness|face_)/;
const MIDI = /^(cc\d+|note|notes|velocity|bend|pressure|timbre)$/;

export function kindOfSource(source: string): SourceKind {
  if (MIDI.test(source)) return "midi";
  return FACE.test(source) ? "face" : "sound";
}
