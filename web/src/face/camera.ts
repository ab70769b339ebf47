/** The camera's frames to the face worker, what it finds to whoever listens. Frames go nowhere else. */
import type { FromFace, Seen, ToFace } from "./messages";
import type { Neutral } from "./neutral";

export interface Listener {
  seen(message: Seen): void;
  failed(why: string): void;
}

export class Camera {
  private readonly worker = new Worker(new URL("./face.worker.ts", import.meta.url));
  private readonly video = document.createElement("video");
  private stream: MediaStream | null = null;
  private busy = true;
  private closed = false;

  constructor(
    private readonly listener: Listener,
    neutral: Neutral | null,
  ) {
    this.worker.onmessage = ({ data }: MessageEvent<FromFace>) => this.hear(data);
    this.worker.onerror = (event) => listener.failed(event.message || "face tracking could not begin");
    this.post({ kind: "begin", neutral });
  }

  /** Asks the browser, which asks the player. */
  async open(device: string): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: {
        width: { ideal: 640 },
        height: { ideal: 480 },
        frameRate: { ideal: 30 },
        ...(device && { deviceId: { ideal: device } }),
      },
    });
    if (this.closed) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.stream = stream;
    // Pulled out, or taken by the system: said, not waited for.
    stream.getVideoTracks()[0]?.addEventListener("ended", () => {
      if (!this.closed) this.listener.failed("The camera is gone. Connect it, then try again.");
    });
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.srcObject = stream;
    await this.video.play();
    this.next();
  }

  /** What is rest from now on. */
  learn(neutral: Neutral): void {
    this.post({ kind: "neutral", neutral });
  }

  close(): void {
    this.closed = true;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
    this.worker.terminate();
  }

  private next(): void {
    this.video.requestVideoFrameCallback((now) => {
      if (this.closed) return;
      this.next();
      // One frame at a time: what comes while one is looked at is let go.
      if (this.busy) return;
      this.busy = true;
      createImageBitmap(this.video).then(
        (frame) => this.post({ kind: "frame", frame, seconds: now / 1000 }, [frame]),
        () => (this.busy = false),
      );
    });
  }

  private hear(message: FromFace): void {
    if (message.kind === "ready") this.busy = false;
    else if (message.kind === "failed") this.listener.failed(message.why);
    else {
      this.busy = false;
      this.listener.seen(message);
    }
  }

  private post(message: ToFace, transfer: Transferable[] = []): void {
    if (!this.closed) this.worker.postMessage(message, transfer);
  }
}

/** Cameras that the browser tells of; their names only after it was allowed once. */
export async function listCameras(): Promise<MediaDeviceInfo[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((device) => device.kind === "videoinput" && device.deviceId !== "");
}
