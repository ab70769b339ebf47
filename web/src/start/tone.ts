/** A second of a plain tone, to find the loudspeaker. */
const HZ = 440;
const SECONDS = 1;

/** To be called in a gesture. @param volume of the page, 0..1. @returns when it is over. */
export async function testTone(volume: number): Promise<void> {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.frequency.value = HZ;
  const { currentTime: now } = context;
  gain.gain.setValueAtTime(0, now);
  gain.gain.linearRampToValueAtTime(0.3 * volume ** 2, now + 0.05);
  gain.gain.setValueAtTime(0.3 * volume ** 2, now + SECONDS - 0.1);
  gain.gain.linearRampToValueAtTime(0, now + SECONDS);
  tone.connect(gain).connect(context.destination);
  tone.start();
  tone.stop(now + SECONDS);
  await new Promise((done) => (tone.onended = done));
  await context.close();
}
