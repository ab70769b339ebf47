import { FORMATS, hasBits, type Finish, type Format } from "./finish";

const LONGEST_FADE = 600;

interface Props {
  finish: Finish;
  onChange: (finish: Finish) => void;
}

/** Format, loudness, fades and bits of a sound file. */
export function FinishFields({ finish, onChange }: Props) {
  const set = (part: Partial<Finish>) => onChange({ ...finish, ...part });
  return (
    <div className="finish-fields">
      <label className="field">
        File
        <select value={finish.format} onChange={(event) => set({ format: event.target.value as Format })}>
          {Object.entries(FORMATS).map(([format, name]) => (
            <option key={format} value={format}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {hasBits(finish.format) && (
        <label className="field">
          Bits
          <select value={finish.bits} onChange={(event) => set({ bits: event.target.value as Finish["bits"] })}>
            <option value="24">24</option>
            <option value="16">16</option>
            <option value="dither">16, dithered</option>
          </select>
        </label>
      )}
      <label className="field" data-tip="Streaming asks for -16. Peaks stay below -1 dB.">
        Loudness, LUFS
        <input
          type="number"
          min={-60}
          max={-6}
          step="any"
          placeholder="as played"
          value={finish.loudness}
          onChange={(event) => set({ loudness: event.target.value })}
        />
      </label>
      <label className="field">
        Fade in, s
        <input type="number" min={0} max={LONGEST_FADE} step="any" placeholder="0" value={finish.fadeIn} onChange={(event) => set({ fadeIn: event.target.value })} />
      </label>
      <label className="field">
        Fade out, s
        <input type="number" min={0} max={LONGEST_FADE} step="any" placeholder="0" value={finish.fadeOut} onChange={(event) => set({ fadeOut: event.target.value })} />
      </label>
    </div>
  );
}
