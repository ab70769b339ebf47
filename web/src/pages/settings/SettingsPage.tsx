import { useGuest } from "../../app/useGuest";
import { changeSettings, useSettings } from "../../app/settings";
import { Segmented } from "../../kit/Segmented";
import { Section, Sheet } from "../sheet/Sheet";
import { Engine } from "./Engine";
import { HintsRow } from "./HintsRow";
import { Learned } from "./Learned";
import { Projector } from "./Projector";
import { Sound } from "./Sound";
import "./settings.css";

const THEMES = [
  { value: "system", label: "As the system" },
  { value: "dark", label: "Dark" },
  { value: "light", label: "Light" },
] as const;

/** What holds for all instruments; kept on this machine. */
export default function SettingsPage() {
  const settings = useSettings();
  const guest = useGuest();
  return (
    <Sheet
      title="Settings"
      line={guest ? "For every instrument, until this page is closed." : "Kept on this machine, for every instrument."}
      help="studio#settings"
      rail={settings && <Learned settings={settings} />}
    >
      {settings && (
        <>
          <Section title="Look">
            <div className="settings-line">
              <span>Theme</span>
              <Segmented
                label="Theme"
                value={settings.theme}
                options={THEMES}
                onChange={(theme) => void changeSettings({ theme })}
              />
            </div>
            <HintsRow />
          </Section>
          <Sound settings={settings} />
          <Projector />
          {!guest && <Engine settings={settings} />}
          <Section title="Face" help="face">
            <div className="settings-line">
              <span>
                Face at rest
                <span className="soft"> {Object.keys(settings.neutral_face).length === 0 ? "not saved" : "saved as numbers, no picture"}</span>
              </span>
              <button
                type="button"
                className="button"
                disabled={Object.keys(settings.neutral_face).length === 0}
                onClick={() => void changeSettings({ neutral_face: {} })}
              >
                Forget
              </button>
            </div>
          </Section>
        </>
      )}
    </Sheet>
  );
}
