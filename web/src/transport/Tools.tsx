import * as Menu from "@radix-ui/react-dropdown-menu";
import { useState } from "react";
import { go } from "../app/address";
import { useGuest } from "../app/useGuest";
import { showOverlay } from "../app/overlay";
import { Icon, type Sign } from "../kit/Icon";
import { Popover } from "../kit/Popover";
import { Slider } from "../kit/Slider";
import { goBack, goForward, setMorph } from "../play/edit";
import { copyLink } from "../play/link";
import { usePlay } from "../play/store";
import { surprise } from "../play/surprise";
import { Since } from "./Since";

/** How it goes, back and forth, two sounds, a surprise, and the way out. */
export function Tools() {
  const canUndo = usePlay((state) => state.history.before.length > 0);
  const canRedo = usePlay((state) => state.history.after.length > 0);
  const open = usePlay((state) => state.patch !== null);
  return (
    <div className="transport-right">
      <Delay />
      <Tool label="Undo" tip="Undo (Ctrl Z)." sign="undo" off={!canUndo} act={goBack} />
      <Tool label="Redo" tip="Redo (Ctrl Shift Z or Ctrl Y)." sign="redo" off={!canRedo} act={goForward} />
      <Sides />
      <Tool label="Surprise me" tip="Somewhere else in this model (D)." sign="dice" off={!open} act={surprise} />
      <Share />
    </div>
  );
}

function Tool({ label, tip, sign, off, act }: { label: string; tip: string; sign: Sign; off: boolean; act: () => void }) {
  return (
    <button type="button" className="icon-button" disabled={off} aria-label={label} data-tip={tip} onClick={act}>
      <Icon sign={sign} />
    </button>
  );
}

/** How long it plays, and how late a hand is heard. */
function Delay() {
  const since = usePlay((state) => state.playingSince);
  const audio = usePlay((state) => state.audio);
  const serverMs = usePlay((state) => state.serverMs);
  const outputMs = usePlay((state) => state.outputMs);
  const away = usePlay((state) => state.status === "away");
  if (since === null) return null;
  const ms = outputMs + (audio ? (audio.latencyP50 ?? audio.bufferMs + serverMs) : serverMs);
  const late = audio !== null && audio.bufferMs > 150;
  return (
    <div className="delay soft" data-testid="figures" data-underruns={audio?.underruns ?? 0}>
      <span>
        <Since since={since} />
      </span>
      <button
        type="button"
        className="delay-word"
        data-tip={
          away
            ? "The studio does not answer. It is tried again."
            : late
            ? "The sound broke up, so more of it is kept ready. A calmer machine lets it shrink again."
            : "From your hand to the sound. A larger buffer is safer, a smaller one is quicker."
        }
        onClick={() => go("/settings")}
      >
        <i className={away ? "lamp bad" : late ? "lamp warn" : "lamp"} />
        Delay {away ? "—" : `${ms.toFixed(0)} ms`}
      </button>
    </div>
  );
}

/** Two sounds that are compared, and what lies between them. */
function Sides() {
  const morph = usePlay((state) => state.morph);
  const open = usePlay((state) => state.patch !== null);
  const [at, setAt] = useState<HTMLElement | null>(null);
  const side = (label: "A" | "B", value: number) => (
    <button
      type="button"
      aria-pressed={morph === value}
      aria-label={`Sound ${label}`}
      disabled={!open}
      onClick={() => setMorph(value)}
    >
      {label}
    </button>
  );
  return (
    <div className="sides" role="group" aria-label="Compare" data-tip="Two sounds to compare (A); between them lies a morph.">
      {side("A", 0)}
      <button
        type="button"
        className="sides-between"
        aria-label={`Between A and B, ${Math.round(100 * morph)} %`}
        aria-pressed={morph > 0 && morph < 1}
        disabled={!open}
        onClick={(event) => setAt(event.currentTarget)}
      >
        <i style={{ left: `${20 + 60 * morph}%` }} />
      </button>
      {side("B", 1)}
      {at && (
        <Popover label="Between A and B" at={at} onClose={() => setAt(null)}>
          <Slider
            id="morph"
            label="Morph"
            ends={["A", "B"]}
            low={0}
            high={100}
            value={100 * morph}
            rest={0}
            shown={`${Math.round(100 * morph)} %`}
            onChange={(next) => setMorph(next / 100)}
          />
        </Popover>
      )}
    </div>
  );
}

function Share() {
  const guest = useGuest();
  const open = usePlay((state) => state.patch !== null);
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>
        <button type="button" className="icon-button" disabled={!open} aria-label="Share or export" data-tip="Share or export.">
          <Icon sign="share" />
        </button>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="end" side="top" sideOffset={6}>
          <Menu.Item className="menu-item" onSelect={copyLink}>
            Copy a link to this sound
          </Menu.Item>
          {!guest && (
            <>
              <Menu.Item className="menu-item" onSelect={() => showOverlay("render")}>
                Make a file
              </Menu.Item>
              <Menu.Item className="menu-item" onSelect={() => showOverlay("share")}>
                Share presets
              </Menu.Item>
              <Menu.Item className="menu-item" onSelect={() => showOverlay("takes")}>
                Takes
              </Menu.Item>
            </>
          )}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
