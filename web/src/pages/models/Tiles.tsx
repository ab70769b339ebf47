import { ThumbsState, TilePicture } from "../../kit/Thumb";
import { useThumbnails } from "../../kit/thumbnails";

/** Some places of a model as small pictures in a row, from all over it. */
export function Tiles({ name, of, count, most }: { name: string; of: "sounds" | "pictures"; count: number; most: number }) {
  const tiles = useThumbnails(name);
  const all = [...(tiles.data ?? [])];
  const shown = Math.min(all.length, most);
  return (
    <div className="models-tiles">
      <ThumbsState bundle={name} count={count} of={of} />
      {Array.from({ length: shown }, (_, k) => all[Math.floor((k * all.length) / shown)]!).map(([place, tile]) => (
        <TilePicture key={place} tile={tile} />
      ))}
    </div>
  );
}
