import * as Tabs from "@radix-ui/react-tabs";
import { useEffect } from "react";
import { go, usePath } from "../../app/address";
import { takeSounds } from "../../app/dropped";
import { instrumentOf, pathOf } from "../../app/pages";
import { Controls } from "../../panels/Controls";
import { CornerPad } from "../../panels/CornerPad";
import MapPad from "../../panels/MapPad";
import { useInstrument } from "../../panels/useInstrument";
import { usePlay } from "../../play/store";
import { Axes } from "./Axes";
import { makeLike } from "./own-sound";
import { OwnSound } from "./OwnSound";
import { Prototypes } from "./Prototypes";
import { Query } from "./Query";
import { Settle } from "./Settle";
import "./texture.css";

const TABS = { sounds: "", own: "/sound", axes: "/sefa", query: "/query" };
type Tab = keyof typeof TABS;

function tabOf(path: string, base: string, axes: boolean): Tab {
  const found = (Object.keys(TABS) as Tab[]).find((tab) => base + TABS[tab] === path) ?? "sounds";
  return found === "axes" && !axes ? "sounds" : found;
}

/** Sounds that are shaped: by sliders with meaning, by other sounds, along axes, by choosing among children. */
export default function TexturePage() {
  const details = useInstrument();
  const session = usePlay((state) => state.session);
  const path = usePath();
  const base = pathOf(instrumentOf(path));
  // A sound that is dropped anywhere on this page and carries no patch.
  useEffect(
    () =>
      takeSounds((file) => {
        go(base + TABS.own);
        void makeLike(file);
      }),
    [base],
  );
  if (!details) return <p className="soft">Opening…</p>;
  const of = (group: string) => details.controls.filter((card) => card.group === group);
  const meaning = of("meaning");
  const axes = of("axis");
  return (
    <>
      <div className="stage texture-stage">
        <div className="stack">
          <Tabs.Root className="card" value={tabOf(path, base, axes.length > 0)} onValueChange={(next) => go(base + TABS[next as Tab])}>
            <Tabs.List className="tabs" aria-label="Ways to shape the sound">
              <Tabs.Trigger value="sounds">Sounds</Tabs.Trigger>
              <Tabs.Trigger value="own">Your sound</Tabs.Trigger>
              {axes.length > 0 && <Tabs.Trigger value="axes">SeFa</Tabs.Trigger>}
              <Tabs.Trigger value="query">Query</Tabs.Trigger>
            </Tabs.List>
            <Tabs.Content value="sounds">
              <Prototypes places={details.places} />
            </Tabs.Content>
            <Tabs.Content value="own">
              <OwnSound bundle={details.bundle} />
            </Tabs.Content>
            <Tabs.Content value="axes">
              <Axes cards={axes} bundle={details.bundle} />
            </Tabs.Content>
            <Tabs.Content value="query">{session && <Query session={session} />}</Tabs.Content>
          </Tabs.Root>
          <div className="texture-pads">
            <section className="card stack" aria-label="Between four sounds">
              <h2>Between four sounds</h2>
              <CornerPad places={details.places} bundle={details.bundle} />
            </section>
            <section className="card stack" aria-label="Map">
              <h2>Map</h2>
              <MapPad bundle={details.bundle} />
            </section>
          </div>
        </div>
        <div className="stack">
          {meaning.length > 0 && (
            <Controls title="Meaning" cards={meaning}>
              <Settle />
            </Controls>
          )}
          <Controls title="Sound" cards={of("sound")} />
        </div>
      </div>
    </>
  );
}
