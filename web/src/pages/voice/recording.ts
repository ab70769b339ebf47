/** The big button: one press records, the next stops. */
import { create } from "zustand";
import { say, sayError } from "../../play/store";
import { recordMicrophone, type Recorder } from "../../sound-in/record";
import { takeIn, useTakes } from "./takes";

interface RecordingState {
  state: "resting" | "opening" | "recording";
  recorder: Recorder | null;
}

export const useRecording = create<RecordingState>(() => ({ state: "resting", recorder: null }));

const get = useRecording.getState;
const set = useRecording.setState;

/** In a gesture of the player's: the microphone is asked for now, and let go of when it stops. */
export async function begin(): Promise<void> {
  if (get().state !== "resting") return;
  useTakes.setState({ refused: "" });
  set({ state: "opening" });
  try {
    const recorder = await recordMicrophone(() => void end());
    // Stopped before the browser had an answer.
    if (get().state === "opening") set({ state: "recording", recorder });
    else recorder.stop();
  } catch (error) {
    set({ state: "resting" });
    sayError(error);
  }
}

export async function end(): Promise<void> {
  const { recorder } = get();
  set({ state: "resting", recorder: null });
  if (recorder) await takeIn(recorder.stop(), "The recording.wav");
}

export function toggle(): void {
  void (get().state === "resting" ? begin() : end());
}

/** The microphone is let go of with the page; what was said until then is a take. */
export function leave(): void {
  if (get().recorder) say("info", "Your recording is kept on the Voice page.");
  void end();
}
