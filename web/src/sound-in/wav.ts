/** Pieces of 16-bit mono sound as a WAV file. */

const HEAD = 44;

export function wavOf(pieces: readonly Int16Array[], sampleRate: number): Uint8Array<ArrayBuffer> {
  const samples = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = 2 * samples;
  const made = new Uint8Array(HEAD + bytes);
  const view = new DataView(made.buffer);
  const word = (at: number, text: string) => made.set(new TextEncoder().encode(text), at);
  word(0, "RIFF");
  view.setUint32(4, HEAD - 8 + bytes, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, bytes, true);
  let at = HEAD;
  for (const piece of pieces) for (const sample of piece) view.setInt16((at += 2) - 2, sample, true);
  return made;
}
