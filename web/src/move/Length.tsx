import { Control } from "../kit/Control";
import { Switch } from "../kit/Switch";
import { plainNumber } from "../kit/words";
import { usePlay } from "../play/store";
import { beatsAt, nearestBeats, secondsAt, travelOfBeats, travelOfSeconds } from "./lengths";
import { lengthWords } from "./mover";

export interface Length {
  beats: number | null;
  seconds: number | null;
}

/** How long a cycle is, in time with the tempo or on its own. */
export function LengthControls({ beats, seconds, onChange }: Length & { onChange: (length: Length) => void }) {
  const tempo = usePlay((state) => state.patch?.tempo ?? 120);
  const synced = beats !== null;
  const travel = synced ? travelOfBeats(beats) : travelOfSeconds(seconds ?? 1);
  const set = (next: number) =>
    onChange(synced ? { beats: beatsAt(next), seconds: null } : { beats: null, seconds: secondsAt(next) });
  const sync = (on: boolean) =>
    onChange(
      on
        ? { beats: nearestBeats(((seconds ?? 1) * tempo) / 60), seconds: null }
        : { beats: null, seconds: Number((((beats ?? 4) * 60) / tempo).toPrecision(3)) },
    );
  return (
    <>
      <Control
        id="move-length"
        label="Length"
        travel={travel}
        rest={synced ? travelOfBeats(8) : travelOfSeconds(4)}
        origin={0}
        step={synced ? 1 / 8 : 0.01}
        shown={lengthWords(beats, seconds)}
        read={(text) => {
          const number = plainNumber(text);
          if (number === null || number <= 0) return null;
          if (!synced) return travelOfSeconds(number);
          return travelOfBeats(text.includes("bar") ? 4 * number : number);
        }}
        onChange={set}
      />
      <Switch label="In time with the tempo" on={synced} onChange={sync} />
    </>
  );
}

interface DepthProps {
  depth: number;
  onChange: (depth: number) => void;
}

/** How far it goes, as a share of the whole range; below zero it goes the other way. */
export function DepthControl({ depth, onChange }: DepthProps) {
  const percent = Math.round(100 * depth);
  return (
    <Control
      id="move-depth"
      label="Depth"
      travel={(depth + 1) / 2}
      rest={0.625}
      origin={0.5}
      shown={`±${Math.abs(percent)} %${percent < 0 ? ", turned" : ""}`}
      read={(text) => {
        const number = plainNumber(text);
        return number === null ? null : (Math.min(100, Math.max(-100, number)) / 100 + 1) / 2;
      }}
      onChange={(travel) => onChange(Number((2 * travel - 1).toFixed(3)))}
    />
  );
}
