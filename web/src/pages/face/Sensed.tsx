import { Segmented } from "../../kit/Segmented";
import { performBy, useFace, type Performer } from "../../face/performer";
import type { ControlCard } from "../../generated/api";
import { ControlSlider } from "../../panels/ControlSlider";
import { sayError } from "../../play/store";
import { CameraPanel } from "./CameraPanel";
import { ControlMeter } from "./ControlMeter";

const PERFORMERS: readonly { value: Performer; label: string }[] = [
  { value: "sliders", label: "Sliders" },
  { value: "keys", label: "Keys" },
  { value: "camera", label: "Camera" },
];

/** Who performs, and what comes of it. */
export function Sensed({ cards }: { cards: ControlCard[] }) {
  const performer = useFace((state) => state.performer);
  return (
    <section className="card stack" aria-label="Performer">
      <div className="row">
        <h2>Performer</h2>
        <Segmented
          label="Who performs"
          value={performer}
          options={PERFORMERS}
          onChange={(next) => void performBy(next).catch(sayError)}
        />
      </div>
      {performer === "keys" && (
        <p className="soft small">
          Hold <kbd>M</kbd> to open the mouth, <kbd>B</kbd> to raise the brows, <kbd>J</kbd> and <kbd>L</kbd> to turn.
          Moving opens the sound, rest lets it go.
        </p>
      )}
      {performer === "camera" && <CameraPanel />}
      <div className="sensed">
        {cards.map((card) =>
          performer === "sliders" ? (
            <ControlSlider key={card.name} card={card} />
          ) : (
            <ControlMeter key={card.name} card={card} />
          ),
        )}
      </div>
    </section>
  );
}
