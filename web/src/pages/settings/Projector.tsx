import { Segmented } from "../../kit/Segmented";
import { Switch } from "../../kit/Switch";
import { changeProjector, useProjectorLook } from "../../picture/projector";
import { Section } from "../sheet/Sheet";

const VIEWS = [
  { value: "scroll", label: "Scroll" },
  { value: "radial", label: "Radial" },
  { value: "ridges", label: "Ridges" },
] as const;
const PALETTES = [
  { value: "ember", label: "Ember" },
  { value: "paper", label: "Paper" },
  { value: "ice", label: "Ice" },
  { value: "grey", label: "Grey" },
] as const;

/** How the second window shows the picture. */
export function Projector() {
  const { view, palette, corner } = useProjectorLook();
  return (
    <Section title="Projector" help="studio#second-screen-and-stage">
      <div className="settings-line">
        <span>View</span>
        <Segmented label="Projector view" value={view} options={VIEWS} onChange={(next) => changeProjector({ view: next })} />
      </div>
      <div className="settings-line">
        <span>Palette</span>
        <Segmented
          label="Projector palette"
          value={palette}
          options={PALETTES}
          onChange={(next) => changeProjector({ palette: next })}
        />
      </div>
      <Switch label="Tempo and level" on={corner} onChange={(next) => changeProjector({ corner: next })} />
    </Section>
  );
}
