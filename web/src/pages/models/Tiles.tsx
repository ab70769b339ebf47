import { PictureTile, usePictureCount } from "../../kit/PictureTile";
import { ThumbsState, TilePicture, TilesState } from "../../kit/Thumb";
import { useThumbnails } from "../../kit/thumbnails";

interface Props {
  name: string;
  count: number;
  most: number;
}

/** Numbers of some of so many places, from all over the model. */
function some(count: number, most: number): number[] {
  const shown = Math.min(count, most);
  return Array.from({ length: shown }, (_, k) => Math.floor((k * count) / shown));
}

/** Some places of a model of sounds as small spectrograms in a row. */
export function SoundTiles({ name, count, most }: Props) {
  const all = [...(useThumbnails(name).data ?? [])];
  return (
    <div className="models-tiles">
      <ThumbsState bundle={name} count={count} />
      {some(all.length, most).map((k) => (
        <TilePicture key={all[k]![0]} tile={all[k]![1]} />
      ))}
    </div>
  );
}

/** Some places of a model of pictures as they look, in a row. */
export function PictureTiles({ name, count, most }: Props) {
  const { data: all = 0, isPending, error } = usePictureCount(name);
  return (
    <div className="models-tiles">
      <TilesState pending={isPending} error={error} words={`Loading ${count} pictures`} />
      {some(all, most).map((k) => (
        <PictureTile key={k} bundle={name} index={k} count={all} />
      ))}
    </div>
  );
}
