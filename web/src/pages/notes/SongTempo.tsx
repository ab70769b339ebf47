import { useState } from "react";
import { Popover } from "../../kit/Popover";
import { Slider } from "../../kit/Slider";
import { Switch } from "../../kit/Switch";
import { canFollow, setFollows, setSongTempo, useSong } from "../../midi/song";
import { usePlay } from "../../play/store";

/** How fast the file is played. */
export function SongTempo() {
  const tempo = useSong((state) => state.tempo);
  const file = useSong((state) => state.file);
  const follows = useSong((state) => state.follows);
  const own = usePlay((state) => state.patch?.tempo ?? 120);
  const [at, setAt] = useState<HTMLElement | null>(null);
  const percent = follows && file ? Math.round((100 * own) / file.bpm) : tempo;
  return (
    <>
      <button
        type="button"
        className="button ghost file-tempo"
        aria-haspopup="dialog"
        data-tip="How fast the file is played."
        onClick={(event) => setAt(event.currentTarget)}
      >
        Tempo <b>{percent} %</b>
      </button>
      {at && (
        <Popover label="Tempo of the file" at={at} onClose={() => setAt(null)}>
          <Slider
            id="song-tempo"
            label="Tempo"
            hint="Of the file's own tempo."
            low={25}
            high={400}
            value={percent}
            rest={100}
            step={1}
            shown={`${percent} %`}
            ends={["slow", "fast"]}
            onChange={setSongTempo}
          />
          {canFollow({ file }) ? (
            <Switch label={`At the tempo below (${Math.round(own)} bpm)`} on={follows} onChange={setFollows} />
          ) : (
            <p className="soft small">The file changes its tempo, so it keeps its own.</p>
          )}
        </Popover>
      )}
    </>
  );
}
