import * as Tabs from "@radix-ui/react-tabs";
import { go, usePath } from "../../app/address";
import { Controls } from "../../panels/Controls";
import { CornerPad } from "../../panels/CornerPad";
import { MapPad } from "../../panels/MapPad";
import { StateLine } from "../../panels/StateLine";
import { useInstrument } from "../../panels/useInstrument";
import { usePlay } from "../../play/store";
import { Spectrogram } from "../../spectrogram/Spectrogram";
import { Axes } from "./Axes";
import { Prototypes } from "./Prototypes";
import { Query } from "./Query";
import "./texture.css";

const TABS = { sliders: "/texture", axes: "/texture/sefa", query: "/texture/query" };

/** Sounds that are shaped: by sliders with meaning, along axes, by choosing among children. */
export default function TexturePage() {
  const ready = useInstrument("texture");
  const details = usePlay((state) => state.details);
  const path = usePath();
  if (!ready || !details) return <p className="soft">Opening…</p>;
  const of = (group: string) => details.controls.filter((card) => card.group === group);
  const meaning = of("meaning");
  const axes = of("axis");
  const tab = path.endsWith("/query") ? "query" : path.endsWith("/sefa") && axes.length > 0 ? "axes" : "sliders";
  return (
    <>
      <StateLine />
      <div className="stage-head">
        <h1>Texture</h1>
        <p className="soft">{details.description}</p>
      </div>
      <div className="stage">
        <div className="stack">
          <div className="picture-box">
            <Spectrogram />
          </div>
          <Tabs.Root className="card" value={tab} onValueChange={(next) => go(TABS[next as keyof typeof TABS])}>
            <Tabs.List className="tabs" aria-label="Ways to shape the sound">
              <Tabs.Trigger value="sliders">Sounds</Tabs.Trigger>
              {axes.length > 0 && <Tabs.Trigger value="axes">Axes</Tabs.Trigger>}
              <Tabs.Trigger value="query">Query</Tabs.Trigger>
            </Tabs.List>
            <Tabs.Content value="sliders">
              <Prototypes places={details.places} />
            </Tabs.Content>
            <Tabs.Content value="axes">
              <Axes cards={axes} />
            </Tabs.Content>
            <Tabs.Content value="query">
              <Query bundle={details.bundle} />
            </Tabs.Content>
          </Tabs.Root>
        </div>
        <div className="stack">
          {meaning.length > 0 && <Controls title="Meaning" cards={meaning} />}
          <section className="card stack" aria-label="Between four sounds">
            <h2>Between four sounds</h2>
            <CornerPad places={details.places} />
          </section>
          <section className="card stack" aria-label="Map">
            <h2>Map</h2>
            <MapPad bundle={details.bundle} />
          </section>
          <Controls title="Sound" cards={of("sound")} />
        </div>
      </div>
    </>
  );
}
