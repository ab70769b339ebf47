/** Owns the WebSocket: pulls sound into the ring as the worklet plays it. */
import {
  CloseCode,
  readFrame,
  type Drawn,
  type DrawnLayout,
  type FromPage,
  type Picture,
  type PictureLayout,
  type Placed,
  type ToPage,
} from "../generated/wire";
import type { DrawnFeed } from "../drawn/messages";
import { Caster } from "../picture/cast";
import type { Feed } from "../picture/messages";
import { BufferTarget } from "./buffer-target";
import { Credits } from "./credits";
import { LatencyMeter } from "./latency";
import type { FromWorker, ToWorker } from "./messages";
import { RingWriter, ahead } from "./ring";
import type { Played } from "./worklet";

const RETRY_MS = [250, 500];
const WARM_FRAMES = 9600;
/** between two turns of the worklet */
const REPORT_MS = 512 / 48;
const NEVER = 1 << 30;
/** between two pictures, and how many columns one may have */
const LOOK_MS = 15;
const LOOK_COLUMNS = 64;
/** a credit that got lost with its socket is given again */
const LOOK_AGAIN_MS = 1000;
const STATUS_MS = 200;
/** a server that says nothing for so long is away, though its socket stands */
const SILENT_MS = 6000;
/** nor has one opened that takes so long to */
const OPENS_MS = 10_000;
const FINAL: number[] = Object.values(CloseCode);

let ring: RingWriter;
let socket: WebSocket | null = null;
let url = "";
let attempts = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
/** when the server said something at last */
let heardOf = 0;
let playing = false;
/** the server's frame number less the ring's counter */
let offset = 0;
let underruns = 0;
let told = 0;
let peaks: [number, number] = [0, 0];
let reports = 0;
/** when each pull was due that has no answer yet */
let asked: number[] = [];
let mostAnswer = 0;
let leastFill = Infinity;
/** when the worklet last told something */
let turned = 0;
let mostTurn = 0;
/** frames that are pulled and let go: the first ones take the server and the browser longest */
let warming = 0;
/** to what draws on this page */
let picture: MessagePort | null = null;
let layout: PictureLayout | null = null;
/** to what draws the instrument's own pictures */
let drawn: MessagePort | null = null;
let drawnLayout: DrawnLayout | null = null;
let looked = 0;
let looking = false;
let bpm = 0;
let statusAt = 0;
let statusPeak = 0;
const caster = new Caster(() => {
  if (layout) caster.feed({ kind: "layout", layout });
  caster.feed({ kind: "drawn-layout", layout: drawnLayout });
});
const target = new BufferTarget(45);
const credits = new Credits();
const latency = new LatencyMeter();

function tell(message: FromWorker): void {
  self.postMessage(message);
}

function send(message: FromPage, at = 0): void {
  if (socket?.readyState !== WebSocket.OPEN) return;
  if ("id" in message) latency.send(message.id, at - performance.timeOrigin);
  socket.send(JSON.stringify(message));
}

/** @param late how long ago it was due, in ms: part of what its answer takes */
function pull(late = 0): void {
  if (!playing) return;
  const frames = credits.ask(ring.fill, target.frames, target.pull);
  if (frames === 0) return;
  asked.push(performance.now() - late);
  send({ type: "pull", frames });
}

/** Pictures are asked for here, so that they go on whatever page is shown, or none. */
function look(now: number): void {
  // Where the instrument makes pictures itself, its sound is not drawn.
  if (!playing || drawnLayout || now - looked < (looking ? LOOK_AGAIN_MS : LOOK_MS)) return;
  looking = true;
  looked = now;
  send({ type: "look", columns: LOOK_COLUMNS });
}

function feed(message: Feed, transfer: Transferable[] = []): void {
  caster.feed(message);
  picture?.postMessage(message, transfer);
}

/** Number of the frame that is played now. */
const heardAt = (frame: number) => (warming > 0 ? frame : (ring.read >>> 0) + offset);

function show(seen: Picture): void {
  looking = false;
  feed({ kind: "columns", picture: seen, heard: heardAt(seen.frame) }, [seen.payload.buffer]);
}

function feedDrawn(message: DrawnFeed, transfer: Transferable[] = []): void {
  caster.feed(message);
  drawn?.postMessage(message, transfer);
}

function showDrawn(seen: Placed | Drawn): void {
  feedDrawn({ kind: "drawn", picture: seen, heard: heardAt(seen.frame) }, [seen.payload.buffer]);
}

function castStatus(): void {
  caster.status({ playing, bpm, levelDb: statusPeak > 0 ? 20 * Math.log10(statusPeak) : -120 });
  statusPeak = 0;
}

function connect(): void {
  clearTimeout(retry);
  const made = new WebSocket(url);
  made.binaryType = "arraybuffer";
  socket = made;
  retry = setTimeout(() => {
    if (made === socket && made.readyState === WebSocket.CONNECTING) abandon(made);
  }, OPENS_MS);
  made.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
    if (made !== socket) return;
    heardOf = performance.now();
    if (typeof event.data === "string") hear(JSON.parse(event.data) as ToPage);
    else receive(event.data);
  };
  made.onclose = (event) => {
    if (made !== socket) return;
    clearTimeout(retry);
    socket = null;
    playing = false;
    if (FINAL.includes(event.code)) {
      tell({ kind: "closed", code: event.code, reason: event.reason });
      return;
    }
    again();
  };
}

function again(): void {
  const delay = RETRY_MS[Math.min(attempts++, RETRY_MS.length - 1)]!;
  tell({ kind: "lost", again: attempts });
  retry = setTimeout(connect, delay);
}

/** Its end would be told only when the network gives up, which takes minutes. */
function abandon(stale: WebSocket): void {
  socket = null;
  playing = false;
  stale.close();
  again();
}

function disconnect(): void {
  clearTimeout(retry);
  const old = socket;
  socket = null;
  playing = false;
  castStatus();
  old?.close(1000);
  ring.drop();
  latency.forget();
}

function hear(message: ToPage): void {
  if (message.type === "ready") {
    attempts = 0;
    credits.forget();
    asked = [];
    latency.forget();
    playing = true;
    warming = WARM_FRAMES;
    ring.enough = NEVER;
    looking = false;
    layout = message.picture;
    bpm = message.patch.tempo;
    feed({ kind: "layout", layout });
    // What makes sound alone says so only after something else did.
    if (message.drawn || drawnLayout) {
      drawnLayout = message.drawn ?? null;
      feedDrawn({ kind: "drawn-layout", layout: drawnLayout });
    }
    tell({ kind: "open" });
    pull();
  } else if (message.type === "applied") {
    latency.applied(message.id, message.frame);
    return;
  }
  if (message.type === "patch") bpm = message.patch.tempo;
  tell({ kind: "message", message });
}

function receive(data: ArrayBuffer): void {
  const frame = readFrame(data);
  if (frame?.kind === "sound") {
    credits.received(frame.frames);
    const took = performance.now() - (asked.shift() ?? Infinity);
    mostAnswer = Math.max(mostAnswer, took);
    if (warming > 0) {
      warming -= frame.frames;
      if (warming <= 0) {
        ring.enough = target.enough;
        latency.begins(frame.frame + frame.frames);
      }
      pull();
      return;
    }
    target.answered(took);
    offset = frame.frame - (ring.written >>> 0);
    ring.write(frame.payload, frame.channels);
  } else if (frame?.kind === "picture") {
    show(frame);
  } else if (frame) {
    showDrawn(frame);
  }
}

function played({ read, peaks: levels }: Played): void {
  const now = performance.now();
  peaks = [Math.max(peaks[0], levels[0]), Math.max(peaks[1], levels[1])];
  latency.played((read >>> 0) + offset, now);
  leastFill = Math.min(leastFill, ring.fill);
  // A turn that this worker got late is a pull that went late.
  const turn = playing && turned > 0 ? now - turned : 0;
  turned = playing ? now : 0;
  mostTurn = Math.max(mostTurn, turn);
  if (warming <= 0) target.answered(turn - REPORT_MS);
  const dry = ring.underruns;
  // Running dry because the server is away is not the buffer's fault.
  if (ahead(dry, underruns) > 0 && playing) target.underrun(now);
  else target.calm(now);
  underruns = dry;
  if (warming <= 0) ring.enough = target.enough;
  pull(Math.max(0, turn - REPORT_MS));
  // After a turn that late this worker has not yet read what came meanwhile.
  if (socket && playing && turn < SILENT_MS / 2 && asked.length > 0 && now - heardOf > SILENT_MS) abandon(socket);
  look(now);
  statusPeak = Math.max(statusPeak, ...levels);
  if (now - statusAt > STATUS_MS) {
    statusAt = now;
    castStatus();
  }
  if (++reports % 3 === 0) {
    tell({ kind: "peaks", peaks });
    if (playing && warming <= 0) tell({ kind: "clock", played: (read >>> 0) + offset, made: (ring.written >>> 0) + offset });
    peaks = [0, 0];
  }
  if (now - told > 500) {
    told = now;
    tell({
      kind: "audio",
      now: {
        underruns,
        bufferMs: target.ms,
        fillMs: ring.fill / 48,
        leastFillMs: leastFill / 48,
        mostAnswerMs: mostAnswer,
        mostTurnMs: mostTurn,
        latencyP50: latency.percentile(0.5),
        latencyP95: latency.percentile(0.95),
        measured: latency.count,
        latencies: latency.takeFresh(),
      },
    });
    mostAnswer = mostTurn = 0;
    leastFill = Infinity;
  }
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case "begin":
      ring = new RingWriter(data.memory);
      target.leastMs = data.bufferMs;
      picture = data.picture;
      drawn = data.drawn;
      data.port.onmessage = (event: MessageEvent<Played>) => played(event.data);
      break;
    case "connect":
      disconnect();
      url = data.url;
      attempts = 0;
      connect();
      break;
    case "disconnect":
      disconnect();
      break;
    case "buffer":
      target.leastMs = data.ms;
      break;
    case "brace":
      target.brace(data.on);
      pull();
      break;
    case "hear":
      if (playing) socket?.send(data.samples);
      break;
    case "send":
      if (data.message.type === "tempo") bpm = data.message.bpm;
      send(data.message, data.at);
      break;
  }
};
