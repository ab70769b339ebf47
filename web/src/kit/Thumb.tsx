import { useEffect, useRef } from "react";
import { paletteTable, stopsOf } from "../picture/palette";
import { loadingMs, TILE_HEIGHT, TILE_WIDTH, type Tile, useSlow, useThumbnails } from "./thumbnails";
import "./thumb.css";
import { useDark } from "./useDark";
import { loadingWords } from "./words";

interface Props {
  bundle: string;
  /** of a place */
  name: string;
  className?: string;
}

/** What a place sounds like, small: time to the right, pitch upward. Its size is the style's. */
export function Thumb({ bundle, name, className }: Props) {
  return <TilePicture tile={useThumbnails(bundle).data?.get(name)} className={className} />;
}

/** A tile in the theme's colours; a plain shape until it is there. */
export function TilePicture({ tile, className = "" }: { tile: Tile | undefined; className?: string | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useDark();
  useEffect(() => {
    if (tile && canvas.current) draw(canvas.current, tile, dark);
  }, [tile, dark]);
  return (
    <canvas
      ref={canvas}
      className={tile ? `thumb ${className}` : `thumb empty ${className}`}
      width={TILE_WIDTH}
      height={TILE_HEIGHT}
      aria-hidden="true"
    />
  );
}

const tables = new Map<boolean, Uint8Array>();

function draw(canvas: HTMLCanvasElement, tile: Tile, dark: boolean): void {
  let table = tables.get(dark);
  if (!table) tables.set(dark, (table = paletteTable(stopsOf(dark ? "ember" : "paper"))));
  const context = canvas.getContext("2d")!;
  const picture = context.createImageData(TILE_WIDTH, TILE_HEIGHT);
  tile.forEach((level, k) => picture.data.set(table.subarray(4 * level, 4 * level + 4), 4 * k));
  context.putImageData(picture, 0, 0);
}

const SHAPES = 3;

/** Shapes and words while small pictures are drawn, after a moment; what went wrong, where it did. */
export function TilesState({ pending, error, words }: { pending: boolean; error: Error | null; words: string }) {
  const slow = useSlow(pending);
  if (error) return <p className="thumbs-state soft small">{error.message}</p>;
  if (!slow) return null;
  return (
    <p className="thumbs-state soft small" role="status">
      {Array.from({ length: SHAPES }, (_, k) => (
        <i key={k} className="thumb waiting" />
      ))}
      {words}
    </p>
  );
}

/** The same for the sounds of a model, with a time. */
export function ThumbsState({ bundle, count }: { bundle: string; count: number }) {
  const { isPending, error } = useThumbnails(bundle);
  const seconds = Math.max(1, Math.round(loadingMs(bundle, count) / 1000));
  return <TilesState pending={isPending} error={error} words={loadingWords(count, seconds)} />;
}
