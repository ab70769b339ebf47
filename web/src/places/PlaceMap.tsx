import type { ReactNode } from "react";
import { ThumbsState } from "../kit/Thumb";
import { useMap } from "../kit/thumbnails";
import { Chart } from "./Chart";
import "./map.css";

interface Props {
  bundle: string;
  /** at the left of what stands above the places */
  lead?: ReactNode;
  /** the player takes a place in the hand, and lets it go */
  onDown?: (() => void) | undefined;
  onUp?: (() => void) | undefined;
  /** a place is heard in passing */
  onPass?: (() => void) | undefined;
}

/** All named places of a model in two dimensions; everything between them can be played. */
export default function PlaceMap({ bundle, lead, ...told }: Props) {
  const map = useMap(bundle);
  if (map.data && map.data.points.length > 0) return <Chart bundle={bundle} map={map.data} lead={lead} {...told} />;
  return (
    <div className="place-map-waiting">
      <div className="place-map-head">{lead}</div>
      {map.error && <p role="alert">{map.error.message}</p>}
      {map.data && <p className="soft">This model has no named sounds. Choose another one under Models.</p>}
      {map.isPending && <ThumbsState bundle={bundle} count={0} />}
    </div>
  );
}
