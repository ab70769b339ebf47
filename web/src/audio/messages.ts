/** Between the page and the worker that owns its socket. */
import type { FromPage, ToPage } from "../generated/wire";
import type { RingMemory } from "./ring";

export type ToWorker =
  | { kind: "begin"; memory: RingMemory; port: MessagePort; picture: MessagePort; drawn: MessagePort; bufferMs: number }
  | { kind: "connect"; url: string }
  | { kind: "disconnect" }
  | { kind: "buffer"; ms: number }
  | { kind: "brace"; on: boolean }
  /** live sound for the instrument: 16-bit samples, mono, 48 kHz */
  | { kind: "hear"; samples: ArrayBuffer }
  /** `at`: when the page said it, in milliseconds of the page's and the worker's common clock */
  | { kind: "send"; message: FromPage; at: number };

/** What was heard, twice a second. */
export interface AudioNow {
  underruns: number;
  bufferMs: number;
  fillMs: number;
  /** since the last report: the least in the buffer, the longest from pull to sound, and between two turns */
  leastFillMs: number;
  mostAnswerMs: number;
  mostTurnMs: number;
  /** from a control to its first sample in the worklet; null before the first */
  latencyP50: number | null;
  latencyP95: number | null;
  measured: number;
  /** since the last report */
  latencies: number[];
}

export type FromWorker =
  | { kind: "message"; message: ToPage }
  | { kind: "open" }
  | { kind: "lost"; again: number }
  | { kind: "closed"; code: number; reason: string }
  | { kind: "peaks"; peaks: [left: number, right: number] }
  /** frames of the server's clock: what is heard now, and how far it is made */
  | { kind: "clock"; played: number; made: number }
  | { kind: "audio"; now: AudioNow };
