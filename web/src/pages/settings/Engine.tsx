import { useQuery } from "@tanstack/react-query";
import { changeSettings } from "../../app/settings";
import { api, type Settings } from "../../generated/api";
import { Section } from "../sheet/Sheet";

type EngineName = Settings["engine"];
type Device = Settings["device"];

const ENGINES: Record<EngineName, string> = {
  auto: "The quickest here",
  openvino: "OpenVINO",
  onnxruntime: "ONNX Runtime",
  torch: "PyTorch",
};
const DEVICES: Record<Device, string> = {
  cpu: "Processor",
  cuda: "Graphics card (CUDA)",
  mps: "Graphics of a Mac",
  directml: "Graphics card (DirectML)",
};
const MOST_THREADS = 64;

/** What runs the models, and where. */
export function Engine({ settings }: { settings: Settings }) {
  const devices = useQuery({ queryKey: ["devices"], queryFn: ({ signal }) => api.getDevices(signal) });
  const engines = (Object.keys(ENGINES) as EngineName[]).filter(
    (name) => name === "auto" || name === settings.engine || devices.data?.engines.includes(name),
  );
  const found = new Set<string>(["cpu", settings.device, ...Object.values(devices.data?.devices ?? {}).flat()]);
  return (
    <Section title="Models" line="Heard from the next instrument on that is opened." help="engines">
      <div className="sheet-fields">
        <label className="field">
          Engine
          <select value={settings.engine} onChange={(event) => void changeSettings({ engine: event.target.value as EngineName })}>
            {engines.map((name) => (
              <option key={name} value={name}>
                {ENGINES[name]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          Runs on
          <select value={settings.device} onChange={(event) => void changeSettings({ device: event.target.value as Device })}>
            {(Object.keys(DEVICES) as Device[])
              .filter((name) => found.has(name))
              .map((name) => (
                <option key={name} value={name}>
                  {DEVICES[name]}
                </option>
              ))}
          </select>
        </label>
        <label className="field">
          Threads, 0: its choice
          <input
            type="number"
            min={0}
            max={MOST_THREADS}
            defaultValue={settings.threads}
            onBlur={(event) => {
              const threads = Math.round(Number(event.target.value));
              if (threads >= 0 && threads <= MOST_THREADS) void changeSettings({ threads });
            }}
          />
        </label>
      </div>
    </Section>
  );
}
