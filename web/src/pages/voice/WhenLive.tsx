import type { InstrumentDetails } from "../../generated/api";
import { controlTitle } from "../../kit/words";
import { linesInForce } from "../../play/map";
import { usePlay } from "../../play/store";
import { Meter } from "../../panels/Meter";

const MOST = 5;

/** What a live voice gives, and what each of it moves. */
export function WhenLive({ details }: { details: InstrumentDetails }) {
  const values = usePlay((state) => state.heard?.values);
  const chosen = usePlay((state) => state.patch?.map ?? {});
  const ranges = new Map(Object.values(details.senses).flatMap((cards) => (cards ?? []).map((card) => [card.name, card] as const)));
  const moves = new Map<string, string[]>();
  for (const [name, { from }] of Object.entries(linesInForce(details.map, chosen))) {
    for (const source of from) moves.set(source, [...(moves.get(source) ?? []), controlTitle(name)]);
  }
  // Two that players call the same, such as the sides of one circle, are one.
  const told = new Set<string>();
  const shown = [...moves]
    .filter(([source, moved]) => {
      const said = [controlTitle(source), ...moved].join();
      return !told.has(said) && told.add(said);
    })
    .slice(0, MOST);
  if (shown.length === 0) return null;
  return (
    <section aria-label="When live">
      <header className="panel-head">
        <h2>When live</h2>
        <span className="soft small">What your voice moves</span>
      </header>
      {shown.map(([source, moved]) => {
        const range = ranges.get(source);
        const value = values?.[source] ?? range?.low ?? 0;
        const part = range && range.high > range.low ? (value - range.low) / (range.high - range.low) : value;
        return (
          <div key={source} className="voice-live">
            <Meter title={controlTitle(source)} value={values ? part : 0} />
            <span className="soft" title={moved.join(", ")}>
              {[...new Set(moved)].join(", ")}
            </span>
          </div>
        );
      })}
    </section>
  );
}
