import type { InstrumentDetails } from "../../generated/api";
import { Icon } from "../../kit/Icon";
import { controlTold } from "../../kit/words";
import { Meter as Level } from "../../panels/Meter";
import { linesInForce } from "../../play/map";
import { usePlay } from "../../play/store";

/** What is heard, and the controls of the sense of sound that belong to it: the first is shown. */
const METERS = [
  { title: "Bass", names: ["bass"] },
  { title: "Mids", names: ["mids"] },
  { title: "Highs", names: ["highs", "centroid"] },
  { title: "Attacks", names: ["onset", "pulse", "beat", "onset_strength", "rms"] },
  { title: "Harmony", names: ["harmony_strength", "harmony_hue", "harmony_x", "harmony_y", "chroma_variance"] },
  { title: "Noise", names: ["flatness", "zero_crossing_rate"] },
] as const;

const MOST_TOLD = 2;

/** Meters of what is heard, each with what it moves. */
export function Heard({ details }: { details: InstrumentDetails }) {
  const values = usePlay((state) => state.heard?.values);
  const chosen = usePlay((state) => state.patch?.map ?? {});
  const lines = Object.entries(linesInForce(details.map, chosen));
  return (
    <section className="vision-heard" aria-label="What is heard">
      {METERS.map(({ title, names }) => {
        const moved = lines.filter(([, { from }]) => from.some((one) => (names as readonly string[]).includes(one))).map(([name]) => controlTold(name));
        const told = [...new Set(moved)];
        return <Meter key={title} title={title} value={values?.[names[0]] ?? 0} moved={told} />;
      })}
    </section>
  );
}

function Meter({ title, value, moved }: { title: string; value: number; moved: string[] }) {
  const more = moved.length - MOST_TOLD;
  const told = moved.slice(0, MOST_TOLD).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return (
    <div>
      <Level title={title} value={value} />
      <p className="soft" title={moved.join(", ")}>
        <Icon sign="arrow" size={12} /> <span>{told || "moves nothing"}</span>
      </p>
    </div>
  );
}
