import type { InstrumentDetails } from "../../generated/api";
import { PictureTile } from "../../kit/PictureTile";
import { title } from "../../kit/words";
import { beginGesture, endGesture, setControls, setPlace } from "../../play/edit";
import { usePlay } from "../../play/store";

/** Places of the model as pictures; the music moves between those that are lit. */
export function Moods({ details }: { details: InstrumentDetails }) {
  const { places } = details;
  const bundle = usePlay((state) => state.patch?.bundle ?? details.bundle);
  const controls = usePlay((state) => state.patch?.controls);
  const fixed = usePlay((state) => state.patch?.place != null);
  const there = new Set(details.controls.filter(({ group }) => group === "place").map(({ name }) => name));
  const lit = new Set(places.filter(({ name }) => (controls?.[name] ?? 0) > 0).map(({ name }) => name));
  const toggle = (name: string) => {
    beginGesture();
    setControls({ [name]: lit.has(name) ? 0 : 1 });
    if (fixed) setPlace(null);
    endGesture();
  };
  const all = () => {
    beginGesture();
    setControls(Object.fromEntries([...lit].map((name) => [name, 0])));
    if (fixed) setPlace(null);
    endGesture();
  };
  if (there.size === 0) return null;
  const none = lit.size === 0 && !fixed;
  return (
    <section aria-label="Moods">
      <header className="panel-head">
        <h2>Moods</h2>
        {fixed ? (
          <button type="button" className="link" onClick={() => setPlace(null)}>
            Let the music move
          </button>
        ) : (
          <span className="soft small">The music moves between the lit ones</span>
        )}
        {!none && (
          <button type="button" className="link" onClick={all}>
            All
          </button>
        )}
      </header>
      <div className="vision-moods" role="group" aria-label="Moods">
        {places.map(({ name, title: own }, k) =>
          there.has(name) ? (
            <button key={name} type="button" aria-pressed={!fixed && (none || lit.has(name))} onClick={() => toggle(name)}>
              <PictureTile bundle={bundle} index={k} count={places.length} />
              {own || title(name)}
            </button>
          ) : null,
        )}
      </div>
    </section>
  );
}
