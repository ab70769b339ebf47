/** Sounds to drop, made here: mono WAV of 16 bits. */

const RATE = 16_000;

function wav(samples: Float32Array): Uint8Array {
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + 2 * samples.length, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(2 * RATE, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((value, k) => file.writeInt16LE(Math.round(32_000 * value), 44 + 2 * k));
  return file;
}

/** Noise from a counter: the same each time. */
function noise(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Four seconds of noise, four of silence, and so on. */
export function bursts(seconds: number): Uint8Array {
  return wav(noise(seconds * RATE).map((value, k) => (Math.floor(k / RATE / 4) % 2 === 0 ? 0.28 * value : 0)));
}

/** Two seconds of steady noise. */
export function hiss(): Uint8Array {
  return wav(noise(2 * RATE).map((value) => 0.3 * value));
}

/** Four struck sounds a second, for three seconds. */
export function clicks(): Uint8Array {
  return wav(noise(3 * RATE).map((value, k) => 0.9 * value * Math.exp(-(k % (RATE / 4)) / 200)));
}
