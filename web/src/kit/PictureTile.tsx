import { useQuery } from "@tanstack/react-query";
import { api } from "../generated/api";
import "./picture-tile.css";

const WIDTH = 160;
const HEIGHT = 100;

/** One place of a model of pictures as it looks, from the model's sheet of `count` pictures. As wide as it may be. */
export function PictureTile({ bundle, index, count }: { bundle: string; index: number; count: number }) {
  const at = count > 1 ? (100 * index) / (count - 1) : 0;
  return (
    <i
      className="picture-tile"
      aria-hidden="true"
      style={{
        backgroundImage: `url("${api.getPicturesUrl(bundle)}")`,
        backgroundPosition: `0 ${at}%`,
        backgroundSize: `100% ${100 * count}%`,
        aspectRatio: `${WIDTH} / ${HEIGHT}`,
      }}
    />
  );
}

async function load(bundle: string): Promise<number> {
  const sheet = new Image();
  sheet.src = api.getPicturesUrl(bundle);
  await sheet.decode().catch(() => {
    throw new Error("The pictures of this model cannot be drawn.");
  });
  return Math.floor(sheet.naturalHeight / HEIGHT);
}

/** How many pictures the model's sheet has, once it is there. */
export function usePictureCount(bundle: string) {
  return useQuery({ queryKey: ["pictures", bundle], queryFn: () => load(bundle), staleTime: Infinity });
}
