import type { ReactNode } from "react";
import { go } from "../../app/address";
import { allowed } from "../../app/entry";
import { useGuest } from "../../app/useGuest";
import type { InstrumentDetails } from "../../generated/api";
import { Segmented } from "../../kit/Segmented";
import { CornerPad } from "../../panels/CornerPad";
import PlaceMap from "../../places/PlaceMap";
import { Shares } from "../../places/Shares";
import { usePlay } from "../../play/store";
import { Breed } from "./Breed";
import { OwnSound } from "./OwnSound";

interface Shown {
  path: string;
  label: string;
  /** sounds and families are kept: not for guests of a room */
  owner?: boolean;
}

export const WAYS: Record<"map" | "corners" | "sound" | "breed", Shown> = {
  map: { path: "", label: "Map" },
  corners: { path: "/corners", label: "Four corners" },
  sound: { path: "/sound", label: "From a sound", owner: true },
  breed: { path: "/breed", label: "Breed", owner: true },
};
type Way = keyof typeof WAYS;

const OPTIONS = (Object.keys(WAYS) as Way[]).map((value) => ({ value, ...WAYS[value] }));
const LABEL = "How to find a sound";

interface Props {
  details: InstrumentDetails;
  base: string;
  path: string;
  narrow: boolean;
}

/** Four ways to a sound, each with its own address. */
export function Ways({ details, base, path, narrow }: Props) {
  const session = usePlay((state) => state.session);
  const { bundle, places } = details;
  const options = allowed(OPTIONS, useGuest());
  const way = options.find((one) => base + one.path === path)?.value ?? "map";
  const choose = (next: Way) => go(base + WAYS[next].path);
  const lead = narrow ? (
    <select aria-label={LABEL} className="texture-way" value={way} onChange={(event) => choose(event.target.value as Way)}>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  ) : (
    <Segmented label={LABEL} value={way} options={options} onChange={choose} />
  );
  switch (way) {
    case "map":
      return <PlaceMap bundle={bundle} lead={lead} />;
    case "corners":
      return (
        <Below lead={lead} beside={<Shares places={places} most={4} />}>
          <CornerPad places={places} bundle={bundle} />
        </Below>
      );
    case "sound":
      return (
        <Below lead={lead}>
          <OwnSound bundle={bundle} places={places} />
        </Below>
      );
    case "breed":
      return <Below lead={lead}>{session && <Breed session={session} bundle={bundle} places={places} />}</Below>;
  }
}

function Below({ lead, beside, children }: { lead: ReactNode; beside?: ReactNode; children: ReactNode }) {
  return (
    <div className="texture-below">
      <div className="texture-below-head">
        {lead}
        {beside}
      </div>
      <div className="texture-below-body">{children}</div>
    </div>
  );
}
