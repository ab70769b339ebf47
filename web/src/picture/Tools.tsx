import * as Menu from "@radix-ui/react-dropdown-menu";
import type { ReactNode } from "react";
import { zoomHz, zoomTime } from "./axis";
import { Icon } from "../kit/Icon";
import type { View } from "./messages";
import { PALETTES, stopsOf, type Palette } from "./palette";
import { changeViewport, paletteNow, resetViewport, setPalette, setScale, setView, toggleFreeze, usePicture } from "./usePicture";

const VIEW_NAMES: Record<View, string> = { scroll: "Scroll", radial: "Radial", ridges: "Ridges" };
const PALETTE_NAMES: Record<Palette, string> = { ember: "Ember", paper: "Paper", ice: "Ice", grey: "Grey" };

/** Zoom, freeze, view and colours. */
export default function Tools() {
  const { view, views, frozen, viewport } = usePicture();
  const palette = usePicture(paletteNow);
  return (
    <div className="picture-tools" role="toolbar" aria-label="Picture">
      <ToolMenu label="Zoom" sign="zoom">
        <Step label="More detail in time" hint="Wheel" run={() => changeViewport((now) => zoomTime(now, 0.5, 1, false))} />
        <Step label="Longer time" hint="Wheel" run={() => changeViewport((now) => zoomTime(now, 2, 1, false))} />
        <Step label="Closer in frequency" hint="Ctrl wheel" run={() => changeViewport((now, full) => zoomHz(now, full, 0.5, 0.4))} />
        <Step label="Wider in frequency" hint="Ctrl wheel" run={() => changeViewport((now, full) => zoomHz(now, full, 2, 0.4))} />
        <Step label="Show all" hint="Double-click" run={resetViewport} />
        <Menu.Separator className="picture-line" />
        <Choice
          label="Frequency"
          value={viewport.scale}
          options={[["log", "Octaves"], ["linear", "Hertz"]]}
          onChange={(value) => setScale(value === "linear" ? "linear" : "log")}
        />
      </ToolMenu>
      <button type="button" aria-label="Freeze" title="Freeze (F)" aria-pressed={frozen} onClick={toggleFreeze}>
        <Icon sign="freeze" />
      </button>
      {views.length > 1 && (
        <ToolMenu label="View" sign="view">
          <Choice label="View" value={view} options={views.map((one) => [one, VIEW_NAMES[one]])} onChange={(value) => setView(value as View)} />
        </ToolMenu>
      )}
      <ToolMenu label="Colours" sign="colours">
        <Choice
          label="Colours"
          value={palette}
          options={PALETTES.map((one) => [one, PALETTE_NAMES[one]])}
          onChange={(value) => setPalette(value as Palette)}
          picture={(name) => <i className="picture-swatch" style={{ background: `linear-gradient(90deg, ${stopsOf(name as Palette).join()})` }} />}
        />
      </ToolMenu>
    </div>
  );
}

function ToolMenu({ label, sign, children }: { label: string; sign: "zoom" | "view" | "colours"; children: ReactNode }) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>
        <button type="button" aria-label={label} title={label}>
          <Icon sign={sign} />
        </button>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="picture-menu" align="end" sideOffset={4}>
          {children}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** The menu stays open: one step is seldom enough. */
function Step({ label, hint, run }: { label: string; hint: string; run: () => void }) {
  const keepOpen = (event: Event) => {
    event.preventDefault();
    run();
  };
  return (
    <Menu.Item className="picture-item" onSelect={keepOpen}>
      {label} <small>{hint}</small>
    </Menu.Item>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
  /** of an option, before its name */
  picture?: (value: string) => ReactNode;
}

function Choice({ label, value, options, onChange, picture }: ChoiceProps) {
  return (
    <Menu.RadioGroup value={value} onValueChange={onChange} aria-label={label}>
      {options.map(([name, title]) => (
        <Menu.RadioItem key={name} className="picture-item" value={name}>
            {picture?.(name)}
          {title}
          <Menu.ItemIndicator className="picture-mark">✓</Menu.ItemIndicator>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
