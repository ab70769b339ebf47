/** Draws an instrument's pictures onto one canvas as their sound is heard; in a worker, or on the page. */
import type { Drawn, DrawnLayout, Placed } from "../generated/wire";
import { watch } from "../picture/cast";
import { Pace } from "../picture/pace";
import { Composer, PLAIN, type Surface } from "./compose";
import type { DrawnFeed, FromDrawn, ToDrawn } from "./messages";
import { PlacePainter } from "./places";
import { Schedule } from "./schedule";

const TELL_MS = 1000;
const MOST_PIXELS = 4_000_000;
/** where the processor draws */
const MOST_SOFTWARE_PIXELS = 60_000;

export class DrawnEngine {
  private canvas: Surface | null = null;
  private composer: Composer | null = null;
  private layout: DrawnLayout | null = null;
  private painter: PlacePainter | null = null;
  private readonly schedule = new Schedule<Placed | Drawn>();
  private pace = new Pace(false);
  private size = { width: 1, height: 1 };
  private frozen = false;
  private waiting = false;
  private decoding = false;
  private last: Placed | null = null;
  private count = 0;
  private told = { at: 0, count: 0 };

  constructor(private readonly tell: (message: FromDrawn) => void) {}

  hear(message: ToDrawn): void {
    switch (message.kind) {
      case "canvas":
        this.take(message.canvas);
        break;
      case "feed":
        message.port.onmessage = ({ data }: MessageEvent<DrawnFeed>) => this.feed(data);
        break;
      case "watch":
        watch((feed) => this.feed(feed), () => undefined);
        break;
      case "size":
        this.size = message;
        this.fit();
        break;
      case "freeze":
        this.frozen = message.on;
        break;
      case "snapshot":
        void this.snapshot();
        break;
    }
  }

  take(canvas: Surface): void {
    this.canvas = canvas;
    this.composer = new Composer(canvas);
    this.fit();
  }

  private feed(feed: DrawnFeed | { kind: string }): void {
    if (isLayout(feed)) this.lay(feed.layout);
    else if (isPicture(feed)) {
      this.schedule.add(feed.picture, feed.heard, performance.now());
      this.wake();
    }
  }

  private lay(layout: DrawnLayout | null): void {
    this.schedule.clear();
    if (!layout || layout.kind === "frames") this.dropPainter();
    else if (layout.bundle !== this.layout?.bundle || !this.painter) {
      this.dropPainter();
      void PlacePainter.make(layout).then(
        (painter) => {
          this.painter = painter;
          this.pace = new Pace(painter.software);
          this.fit();
        },
        (error: unknown) => this.tell({ kind: "failed", text: error instanceof Error ? error.message : String(error) }),
      );
    }
    this.layout = layout;
  }

  private dropPainter(): void {
    this.painter?.dispose();
    this.painter = null;
  }

  private fit(): void {
    const { canvas, size, painter } = this;
    if (!canvas) return;
    const pixels = painter?.software ? MOST_SOFTWARE_PIXELS : MOST_PIXELS;
    const most = Math.sqrt(pixels / (size.width * size.height));
    const scale = Math.min(painter ? this.pace.step.scale : 1, most);
    const width = Math.max(1, Math.round(size.width * scale));
    const height = Math.max(1, Math.round(size.height * scale));
    if (canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
    painter?.resize(width, height);
    // A canvas of another size is empty until it is drawn.
    if (painter && this.last) this.composer?.show(painter.paint(this.last), { ...painter.showing(this.last), share: 1 });
  }

  private wake(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame((now) => {
      this.waiting = false;
      this.refresh(now);
    });
  }

  private refresh(now: number): void {
    if (!this.schedule.empty) this.wake();
    this.report(now);
    if (!this.composer || !this.pace.due(now)) return;
    const due = this.schedule.due(performance.now());
    const latest = due.at(-1);
    if (!latest || this.frozen) return;
    if (latest.kind === "drawn") void this.showPicture(latest);
    else this.showPlace(latest, due as Placed[], now);
  }

  private showPlace(place: Placed, due: Placed[], now: number): void {
    const { painter, composer } = this;
    if (!painter || !composer) return;
    // Where some are left out, the latest gets all that would have been let through.
    const kept = due.reduce((rest, one) => rest * (1 - one.share), 1);
    const began = performance.now();
    composer.show(painter.paint(place), { ...painter.showing(place), share: 1 - kept });
    this.last = place;
    this.count++;
    if (this.pace.drew(now, painter.software ? performance.now() - began : 0)) this.fit();
  }

  private async showPicture(picture: Drawn): Promise<void> {
    if (this.decoding) return;
    this.decoding = true;
    try {
      const payload = picture.payload as Uint8Array<ArrayBuffer>;
      const bitmap = await createImageBitmap(new Blob([payload], { type: "image/jpeg" }));
      this.composer?.show(bitmap, PLAIN);
      bitmap.close();
      this.count++;
    } catch {
      // One that does not come through whole is left out.
    } finally {
      this.decoding = false;
    }
  }

  private report(now: number): void {
    const since = now - this.told.at;
    // The first is told at once: what stood in its place goes.
    const first = this.told.count === 0 && this.count > 0;
    if ((since < TELL_MS && !first) || !this.canvas) return;
    const fps = (1000 * (this.count - this.told.count)) / since;
    const shown = this.layout?.kind === "frames" ? this.layout : this.canvas;
    this.told = { at: now, count: this.count };
    this.tell({ kind: "figures", figures: { width: shown.width, height: shown.height, fps, count: this.count } });
  }

  private async snapshot(): Promise<void> {
    const { canvas } = this;
    if (!canvas) return;
    const picture =
      "convertToBlob" in canvas
        ? await canvas.convertToBlob({ type: "image/png" })
        : await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (picture) this.tell({ kind: "snapshot", picture });
  }
}

const isLayout = (feed: { kind: string }): feed is Extract<DrawnFeed, { kind: "drawn-layout" }> => feed.kind === "drawn-layout";
const isPicture = (feed: { kind: string }): feed is Extract<DrawnFeed, { kind: "drawn" }> => feed.kind === "drawn";
