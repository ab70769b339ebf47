import { useQuery } from "@tanstack/react-query";
import { changeSettings, useSettings } from "../../app/settings";
import { api, type Settings } from "../../generated/api";
import { Slider } from "../../kit/Slider";
import { Segmented } from "../../kit/Segmented";
import { setBuffer } from "../../play/sound";
import { useState } from "react";
import { Learned } from "./Learned";
import "./settings.css";

const THEMES = [
  { value: "system", label: "As the system" },
  { value: "dark", label: "Dark" },
  { value: "light", label: "Light" },
] as const;

/** What holds for all instruments; kept on this machine. */
export default function SettingsPage() {
  const settings = useSettings();
  const devices = useQuery({ queryKey: ["devices"], queryFn: ({ signal }) => api.getDevices(signal) });
  return (
    <>
      <div className="stage-head">
        <h1>Settings</h1>
        <p className="soft">They are kept on this machine and hold for every instrument.</p>
      </div>
      {settings && (
        <div className="settings">
          <section className="card stack" aria-label="Look">
            <h2>Look</h2>
            <Segmented
              label="Theme"
              value={settings.theme}
              options={THEMES}
              onChange={(theme) => void changeSettings({ theme })}
            />
          </section>
          <Latency settings={settings} />
          <section className="card stack" aria-label="Models">
            <h2>What runs the models</h2>
            <p className="soft small">Heard from the next instrument on that is opened.</p>
            <label className="field">
              Engine
              <select
                value={settings.engine}
                onChange={(event) => void changeSettings({ engine: event.target.value as Settings["engine"] })}
              >
                <option value="auto">The best that is there</option>
                {devices.data?.engines
                  .filter((name) => ["openvino", "onnxruntime", "torch"].includes(name))
                  .map((name) => (
                    <option key={name}>{name}</option>
                  ))}
              </select>
            </label>
            <label className="field">
              Device
              <select
                value={settings.device}
                onChange={(event) => void changeSettings({ device: event.target.value as Settings["device"] })}
              >
                {deviceNames(devices.data?.devices, settings).map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <label className="field">
              Threads of a model, 0 for its own choice
              <input
                type="number"
                min={0}
                max={64}
                defaultValue={settings.threads}
                onBlur={(event) => {
                  const threads = Math.round(Number(event.target.value));
                  if (threads >= 0 && threads <= 64) void changeSettings({ threads });
                }}
              />
            </label>
          </section>
          <Learned settings={settings} />
        </div>
      )}
    </>
  );
}

function deviceNames(found: Record<string, string[]> | undefined, settings: Settings): string[] {
  const names = new Set<string>(["cpu", settings.device]);
  for (const list of Object.values(found ?? {})) for (const name of list) names.add(name);
  return [...names].filter((name) => ["cpu", "cuda", "mps", "directml"].includes(name));
}

function Latency({ settings }: { settings: Settings }) {
  const [ms, setMs] = useState(settings.buffer_ms);
  return (
    <section className="card stack" aria-label="Latency">
      <h2>Latency</h2>
      <Slider
        id="buffer"
        label="Sound that the page keeps ready"
        low={10}
        high={100}
        step={5}
        value={ms}
        rest={30}
        shown={`${ms} ms`}
        onChange={setMs}
        onEnd={() => {
          setBuffer(ms);
          void changeSettings({ buffer_ms: ms });
        }}
      />
      <p className="soft small">
        Less is quicker to the touch. When the sound breaks off the page keeps more by itself, and less again after a
        while without a break.
      </p>
    </section>
  );
}
