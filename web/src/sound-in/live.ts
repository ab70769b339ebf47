/** A microphone or another tab, played into the instrument: it is listened to where a file is. */
import { create } from "zustand";
import { SAMPLE_RATE } from "../generated/wire";
import { nextId, send, sendSound, start } from "../play/sound";
import { say, sayError, usePlay } from "../play/store";
import captureUrl from "./capture?worker&url";
import { askForSound, type SoundSource } from "./input";

export const useLive = create<{ source: SoundSource | null }>(() => ({ source: null }));

let open: { context: AudioContext; stream: MediaStream } | null = null;

/** In a gesture of the player's. Resolves when the instrument takes sound. */
export async function playing(): Promise<void> {
  await start();
  if (usePlay.getState().status === "playing") return;
  await new Promise<void>((done, failed) => {
    const unsubscribe = usePlay.subscribe(({ status, why }) => {
      if (status === "opening") return;
      unsubscribe();
      if (status === "playing") done();
      else failed(new Error(why || "The instrument cannot be opened."));
    });
  });
}

export async function openLive(source: SoundSource): Promise<void> {
  try {
    await playing();
    await playIn(source);
  } catch (error) {
    sayError(error);
  }
}

/** Asks the browser, which asks the player.
 * @throws Error with a line for the player. */
async function playIn(source: SoundSource): Promise<void> {
  endLive();
  const stream = await askForSound(source);
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
  await context.audioWorklet.addModule(captureUrl);
  const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  capture.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => sendSound(data);
  context.createMediaStreamSource(stream).connect(capture);
  open = { context, stream };
  for (const track of stream.getAudioTracks()) {
    track.onended = () => {
      say("warning", source === "tab" ? "The other tab has ended." : "The microphone is gone.");
      leaveLive();
    };
  }
  send({ type: "open_sound", id: nextId(), source: "live", upload: null });
  useLive.setState({ source });
}

/** The browser's side ends; what plays into the instrument stays as it is. */
export function endLive(): void {
  if (!open) return;
  for (const track of open.stream.getTracks()) track.stop();
  void open.context.close();
  open = null;
  useLive.setState({ source: null });
}

/** Nothing plays into the instrument any more. */
export function leaveLive(): void {
  if (!open) return;
  endLive();
  send({ type: "open_sound", id: nextId(), source: "none", upload: null });
}
