/** Draws what is heard onto one canvas; in a worker, or on the page where that cannot be. */
import { FULL, agoAt, fullView, hzAt } from "./axis";
import { watch } from "./cast";
import { FlatPainter } from "./flat";
import { Glide } from "./glide";
import type { Feed, FromPicture, Look, Preview, ToPicture } from "./messages";
import { Pace } from "./pace";
import type { Canvas, Painter } from "./painter";
import { Tape } from "./tape";
import { WebglPainter } from "./webgl";
import { Work } from "./work";

const CALM_MS = 250;
const TELL_MS = 1000;
const UNDER_MS = 60;
/** between two steps of the drift: nobody waits for it */
const DRIFT_MS = 40;
/** of the preview, a second */
const DRIFT = 0.25;
const FADE_SECONDS = 1.5;
const MOST_PIXELS = 5_000_000;
/** where the processor draws */
const MOST_SOFTWARE_PIXELS = 300_000;

export class PictureEngine {
  private canvas: Canvas | null = null;
  private painter: Painter | null = null;
  private pace = new Pace(false);
  private readonly tape = new Tape();
  private readonly glide = new Glide();
  private readonly work = new Work();
  /** the frozen moment */
  private still: { tape: Tape; head: number } | null = null;
  private look: Look = { view: "scroll", viewport: fullView(FULL, "log"), colours: new Uint8Array(1024), frozen: false, calm: false };
  private preview: Preview | null = null;
  private strength = 1;
  private drift = 0;
  private size = { width: 1, height: 1 };
  private pointer: { x: number; y: number } | null = null;
  private changed = false;
  /** it has moved since it was drawn */
  private stale = false;
  private waiting = false;
  private drawnAt = 0;
  private toldAt = 0;
  private underAt = 0;
  private framesPerColumn = 384;

  constructor(private readonly tell: (message: FromPicture) => void) {}

  hear(message: ToPicture): void {
    switch (message.kind) {
      case "canvas":
        this.take(message.canvas);
        break;
      case "feed":
        message.port.onmessage = ({ data }: MessageEvent<Feed>) => this.feed(data);
        break;
      case "watch":
        watch((feed) => (feed.kind === "layout" || feed.kind === "columns") && this.feed(feed), (status) => this.tell({ kind: "status", status }));
        break;
      case "size":
        this.size = message;
        this.fit();
        break;
      case "look":
        this.show(message.look);
        break;
      case "preview":
        this.preview = message.preview;
        this.strength = 1;
        this.wake();
        break;
      case "pointer":
        this.pointer = message.at;
        this.underAt = 0;
        this.wake();
        break;
    }
  }

  take(canvas: Canvas): void {
    this.canvas = canvas;
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.painter = null;
    });
    canvas.addEventListener("webglcontextrestored", () => this.begin());
    this.begin();
  }

  private begin(): void {
    this.painter = WebglPainter.make(this.canvas!) ?? new FlatPainter(this.canvas!);
    this.pace = new Pace(this.painter.software);
    this.tell({ kind: "able", views: [...this.painter.views] });
    this.fit();
  }

  private show(look: Look): void {
    if (look.frozen !== this.look.frozen) {
      this.still = look.frozen ? { tape: this.tape.still(), head: this.glide.head } : null;
    }
    this.look = look;
    this.wake();
  }

  private feed(feed: Feed): void {
    if (feed.kind === "layout") {
      this.framesPerColumn = feed.layout.seconds_per_column * 48_000;
      this.tape.lay(feed.layout);
      const { lowHz, highHz, rangeDb } = this.tape;
      this.tell({ kind: "range", lowHz, highHz, rangeDb });
      return;
    }
    if (this.tape.end === 0) this.tell({ kind: "live" });
    this.tape.add(feed.picture);
    const ahead = (feed.picture.frame - feed.heard) / this.framesPerColumn;
    this.glide.arrived(this.tape.end, ahead, performance.now());
    this.schedule();
  }

  private fit(): void {
    const { canvas, painter, size } = this;
    if (!canvas || !painter) return;
    const pixels = painter.software ? MOST_SOFTWARE_PIXELS : MOST_PIXELS;
    const most = Math.sqrt(pixels / (size.width * size.height));
    const scale = Math.min(this.pace.step.scale, most);
    canvas.width = Math.max(1, Math.round(size.width * scale));
    canvas.height = Math.max(1, Math.round(size.height * scale));
    // A canvas of another size is empty until it is drawn.
    this.draw(performance.now());
    this.wake();
  }

  private wake(): void {
    this.changed = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.waiting || !this.painter) return;
    this.waiting = true;
    requestAnimationFrame((now) => {
      this.waiting = false;
      this.refresh(now);
    });
  }

  private refresh(now: number): void {
    if (!this.painter) return;
    const moved = this.glide.move(1 / this.tape.secondsPerColumn, now);
    const flows = moved && !this.still;
    this.stale ||= flows;
    const drifts = this.preview !== null && !this.look.calm && this.tape.end === 0;
    if (moved || drifts || this.changed || this.stale || this.fading) this.schedule();
    this.report(now);
    const since = now - this.drawnAt;
    const wanted = this.changed || this.stale || this.fading;
    if (!wanted && !(drifts && since >= DRIFT_MS)) return;
    if (this.look.calm && !this.changed && since < CALM_MS) return;
    if (!this.pace.due(now)) return;
    if (this.painter.busy()) {
      if (flows && !this.painter.software) this.pace.missed();
      return;
    }
    this.draw(now);
    if ((flows || drifts) && !this.look.calm && this.pace.drew(now, this.painter.tookMs)) this.fit();
  }

  private get fading(): boolean {
    return this.preview !== null && this.tape.end > 0;
  }

  private draw(now: number): void {
    const { painter, look, still, tape } = this;
    if (!painter) return;
    const began = performance.now();
    const seconds = Math.min(0.25, (now - this.drawnAt) / 1000);
    this.drawnAt = now;
    this.changed = this.stale = false;
    if (this.preview && !look.calm) this.drift += DRIFT * seconds;
    if (this.fading) {
      this.strength = Math.max(0, this.strength - seconds / FADE_SECONDS);
      if (this.strength === 0) this.preview = null;
    }
    painter.paint({
      tape: still?.tape ?? tape,
      head: still?.head ?? this.glide.head,
      look,
      preview: this.preview,
      strength: this.strength,
      drift: this.drift,
      soft: this.pace.step.soft,
    });
    this.work.add(performance.now() - began);
  }

  private report(now: number): void {
    if (this.pointer && now - this.underAt > UNDER_MS) {
      this.underAt = now;
      const { tape, head } = this.still ?? { tape: this.tape, head: this.glide.head };
      const column = head - agoAt(this.pointer.x, this.look.viewport) / tape.secondsPerColumn;
      this.tell({ kind: "under", db: tape.levelAt(column, hzAt(this.pointer.y, this.look.viewport)) });
    }
    if (now - this.toldAt < TELL_MS) return;
    this.toldAt = now;
    const webgl = this.painter instanceof WebglPainter;
    const figures = { ...this.work.take(), scale: this.pace.step.scale, webgl };
    this.tell({ kind: "told", loudest: this.tape.loudest(), figures });
  }
}
