/** A recording of the microphone, kept on the page until it is stopped. */
import { SAMPLE_RATE } from "../generated/wire";
import captureUrl from "./capture?worker&url";
import { askForSound } from "./input";
import { wavOf } from "./wav";

const FULL = 32_768;

export interface Recorder {
  /** loudest sample of each 10 ms so far, 0..1 */
  readonly peaks: readonly number[];
  readonly seconds: number;
  /** The microphone is let go of. @returns the recording as a WAV file. */
  stop: () => Blob;
}

/** Asks the browser, which asks the player.
 * @param onEnd the microphone was pulled out.
 * @throws Error with a line for the player. */
export async function recordMicrophone(onEnd: () => void): Promise<Recorder> {
  const stream = await askForSound("microphone");
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
  const pieces: Int16Array[] = [];
  const peaks: number[] = [];
  const end = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  };
  try {
    await context.audioWorklet.addModule(captureUrl);
  } catch {
    end();
    throw new Error("The sound cannot be recorded in this browser.");
  }
  const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  capture.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const piece = new Int16Array(data);
    pieces.push(piece);
    peaks.push(piece.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / FULL);
  };
  context.createMediaStreamSource(stream).connect(capture);
  for (const track of stream.getAudioTracks()) track.onended = onEnd;
  return {
    peaks,
    get seconds() {
      return pieces.reduce((sum, piece) => sum + piece.length, 0) / SAMPLE_RATE;
    },
    stop: () => {
      end();
      return new Blob([wavOf(pieces, SAMPLE_RATE)], { type: "audio/wav" });
    },
  };
}
