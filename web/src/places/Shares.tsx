import type { PlaceCard } from "../generated/api";
import { percents, sharesOf, useWeights } from "./shares";

/** What is heard now, such as Cello 58 %  Flute 27 %. */
export function Shares({ places, most = 3 }: { places: readonly PlaceCard[]; most?: number }) {
  const shown = percents(sharesOf(useWeights() ?? undefined), most);
  const title = (name: string) => places.find((one) => one.name === name)?.title ?? name;
  return (
    <span className="shares">
      {shown.map(([name, percent]) => (
        <b key={name}>{`${title(name)} ${percent} %`}</b>
      ))}
    </span>
  );
}
