/** What a movement begins with. */
import type { LfoMovement } from "../generated/wire";

export const FIRST_DEPTH = 0.25;
export const FIRST_LFO: LfoMovement = { kind: "lfo", shape: "sine", beats: 8, seconds: null, depth: FIRST_DEPTH, phase: 0 };
