import { changeSettings } from "../../app/settings";
import type { Settings } from "../../generated/api";
import { Segmented } from "../../kit/Segmented";
import { Switch } from "../../kit/Switch";
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
export function Projector({ settings }: { settings: Settings }) {
  return (
    <Section title="Projector">
      <div className="settings-line">
        <span>View</span>
        <Segmented
          label="Projector view"
          value={settings.projector_view}
          options={VIEWS}
          onChange={(projector_view) => void changeSettings({ projector_view })}
        />
      </div>
      <div className="settings-line">
        <span>Palette</span>
        <Segmented
          label="Projector palette"
          value={settings.projector_palette}
          options={PALETTES}
          onChange={(projector_palette) => void changeSettings({ projector_palette })}
        />
      </div>
      <Switch
        label="Tempo and level in a corner"
        on={settings.projector_corner}
        onChange={(projector_corner) => void changeSettings({ projector_corner })}
      />
    </Section>
  );
}
