import { Thumb } from "../kit/Thumb";
import type { Spot } from "./plane";
import type { Point } from "./triangles";

interface Props {
  bundle: string;
  spot: Spot;
  /** of its middle, in pixels */
  screen: Point;
  scale: number;
  /** of what is heard, 0..1 */
  share: number;
  /** it is not among what was looked for */
  dim: boolean;
  /** the one that Tab reaches */
  first: boolean;
  onGo: () => void;
  onPass: (name: string | null) => void;
}

const WIDTH = 58;
const HEIGHT = 36;

/** A place: its picture and its name are one button. */
export function SpotButton({ bundle, spot, screen, scale, share, dim, first, onGo, onPass }: Props) {
  const percent = Math.round(100 * share);
  return (
    <button
      type="button"
      className={`place${share > 0 ? " near" : ""}${dim ? " dim" : ""}`}
      data-place={spot.name}
      tabIndex={first ? 0 : -1}
      aria-label={spot.title}
      aria-pressed={percent === 100}
      style={{ transform: `translate(${screen.x}px, ${screen.y}px) translate(-50%, -50%)` }}
      onClick={onGo}
      onPointerEnter={(event) => event.pointerType === "mouse" && onPass(spot.name)}
      onPointerLeave={(event) => event.pointerType === "mouse" && onPass(null)}
    >
      <span className="place-picture" style={{ width: WIDTH * scale, height: HEIGHT * scale }}>
        <Thumb bundle={bundle} name={spot.name} />
      </span>
      <span className="place-name">{spot.title}</span>
    </button>
  );
}
