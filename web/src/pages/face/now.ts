/** What a gesture is at, whoever makes it. */
import { useFace } from "../../face/performer";
import { usePlay } from "../../play/store";

/** Of the performer; without one, of what moves the control, or of the hand that set it. */
export function gestureNow(name: string, rest = 0): number {
  const { performer, values } = useFace.getState();
  if (performer !== "sliders") return values[name] ?? rest;
  const { moving, patch } = usePlay.getState();
  return moving[name] ?? patch?.controls[name] ?? rest;
}

export function useGesture(name: string, rest: number): number {
  const performed = useFace(({ performer, values }) => (performer === "sliders" ? null : (values[name] ?? rest)));
  const set = usePlay(({ moving, patch }) => moving[name] ?? patch?.controls[name] ?? rest);
  return performed ?? set;
}
