import { useEffect, useRef, useState } from "react";
import { api } from "../../generated/api";
import { paletteTable, stopsOf, type Palette } from "../../picture/palette";
import { about, recall, remember } from "../sheet/took";
import { useDark } from "./useDark";

const WIDTH = 96;
const HEIGHT = 60;
const AFTER_MS = 300;
const SHAPES = 3;

interface Props {
  name: string;
  /** pictures stay grey; sounds are coloured as in the picture above the pages */
  pictures: boolean;
  most: number;
}

/** Some places of a model as small pictures in a row; shapes until they are there. */
export function Tiles({ name, pictures, most }: Props) {
  const dark = useDark();
  const before = recall(`tiles/${name}`);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<"begun" | "slow" | "there" | "none">("begun");
  useEffect(() => {
    let left = false;
    const began = performance.now();
    const slow = setTimeout(() => setState("slow"), AFTER_MS);
    const image = new Image();
    image.onload = () => {
      clearTimeout(slow);
      remember(`tiles/${name}`, performance.now() - began);
      const there = !left && canvas.current && draw(canvas.current, image, pictures ? "grey" : dark ? "ember" : "paper", most);
      if (!left) setState(there ? "there" : "none");
    };
    image.onerror = () => {
      clearTimeout(slow);
      if (!left) setState("none");
    };
    image.src = api.getThumbnailsUrl(name);
    return () => {
      left = true;
      clearTimeout(slow);
    };
  }, [name, pictures, most, dark]);
  if (state === "none") return null;
  return (
    <div className={`models-tiles ${state}`}>
      <canvas ref={canvas} aria-hidden="true" />
      {state === "slow" && (
        <>
          {Array.from({ length: SHAPES }, (_, k) => (
            <i key={k} className="sheet-shape" />
          ))}
          <span className="soft small">Drawing its {pictures ? "pictures" : "sounds"}{before === null ? "" : `, ${about(before)}`}</span>
        </>
      )}
    </div>
  );
}

/** Tiles from all over the model, side by side. @returns whether there are any. */
function draw(canvas: HTMLCanvasElement, image: HTMLImageElement, palette: Palette, most: number): boolean {
  const count = Math.floor(image.height / HEIGHT);
  const shown = Math.min(count, most);
  if (shown === 0) return false;
  canvas.width = shown * WIDTH;
  canvas.height = HEIGHT;
  canvas.style.aspectRatio = `${shown * WIDTH} / ${HEIGHT}`;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return false;
  for (let k = 0; k < shown; k++) {
    const at = Math.floor((k * count) / shown);
    pen.drawImage(image, 0, at * HEIGHT, WIDTH, HEIGHT, k * WIDTH, 0, WIDTH, HEIGHT);
  }
  const pixels = pen.getImageData(0, 0, canvas.width, HEIGHT);
  const table = paletteTable(stopsOf(palette));
  for (let k = 0; k < pixels.data.length; k += 4) {
    const level = 4 * pixels.data[k]!;
    pixels.data.set(table.subarray(level, level + 4), k);
  }
  pen.putImageData(pixels, 0, 0);
  return true;
}
