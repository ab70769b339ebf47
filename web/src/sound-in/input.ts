/** A microphone or another tab as a performer: heard here, only its measures are sent. */
import { create } from "zustand";
import { perform } from "../play/edit";
import { linesInForce, sourcesIn } from "../play/map";
import { say, usePlay } from "../play/store";
import { SoundMeter } from "./measures";

export type SoundSource = "microphone" | "tab";

interface SoundInputState {
  source: SoundSource | null;
  /** decibels */
  level: number;
}

export const useSoundInput = create<SoundInputState>(() => ({ source: null, level: -60 }));

const STEP_MS = 20;
const FFT = 2048;

interface Open {
  context: AudioContext;
  stream: MediaStream;
  timer: ReturnType<typeof setInterval>;
}

let open: Open | null = null;

/** Asks the browser, which asks the player. */
export async function listenTo(source: SoundSource): Promise<void> {
  stopListening();
  const stream = await askForSound(source);
  const context = new AudioContext({ latencyHint: "interactive" });
  const analyser = new AnalyserNode(context, { fftSize: FFT, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(stream).connect(analyser);
  const decibels = new Float32Array(analyser.frequencyBinCount);
  const power = new Float32Array(analyser.frequencyBinCount);
  const meter = new SoundMeter();
  let last = performance.now();
  const timer = setInterval(() => {
    analyser.getFloatFrequencyData(decibels);
    for (let k = 0; k < power.length; k++) power[k] = 10 ** (decibels[k]! / 10);
    const now = performance.now();
    const measures = meter.step(power, context.sampleRate / FFT, (now - last) / 1000);
    last = now;
    useSoundInput.setState({ level: 60 * measures.rms - 60 });
    pass({ ...measures });
  }, STEP_MS);
  open = { context, stream, timer };
  for (const track of stream.getAudioTracks()) {
    track.onended = () => {
      say("warning", source === "tab" ? "The other tab has ended." : "The microphone is gone.");
      stopListening();
    };
  }
  useSoundInput.setState({ source });
}

/** The sound of a microphone or another tab, alone.
 * @throws Error with a line for the player. */
export async function askForSound(source: SoundSource): Promise<MediaStream> {
  const stream = await ask(source);
  // Only the sound is used.
  for (const one of stream.getVideoTracks()) one.stop();
  const tracks = stream.getAudioTracks();
  if (tracks.length === 0) throw new Error("That tab shares no sound: tick “Also share tab audio” when you choose it.");
  return new MediaStream(tracks);
}

async function ask(source: SoundSource): Promise<MediaStream> {
  try {
    if (source === "tab") return await navigator.mediaDevices.getDisplayMedia({ audio: true, video: true });
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError") throw new Error("The browser does not let the page listen: allow it beside the address.");
    if (name === "NotFoundError") throw new Error("There is no microphone. Plug one in, then try again.");
    throw new Error("The sound cannot be opened; another program may have it.");
  }
}

export function stopListening(): void {
  if (!open) return;
  clearInterval(open.timer);
  for (const track of open.stream.getTracks()) track.stop();
  void open.context.close();
  open = null;
  useSoundInput.setState({ source: null, level: -60 });
  pass({ rms: 0, bass: 0, mids: 0, highs: 0, centroid: 0, onset: 0 }, false);
}

/** Only what moves something is sent. */
function pass(measures: Record<string, number>, present = true): void {
  const { details, patch, status } = usePlay.getState();
  if (status !== "playing" || !details || !patch) return;
  const wanted = sourcesIn(linesInForce(details.map, patch.map), patch.moves);
  const values = Object.fromEntries(Object.entries(measures).filter(([name]) => wanted.has(name)));
  if (Object.keys(values).length > 0) perform(values, present, "microphone");
}
