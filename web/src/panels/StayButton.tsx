import { beginGesture, endGesture, setPlace } from "../play/edit";
import { usePlay } from "../play/store";

/** From a chosen place back to where the performer leads. */
export function StayButton() {
  const stays = usePlay((state) => state.patch?.place != null);
  if (!stays) return <span className="soft small">where the performer leads</span>;
  const back = () => {
    beginGesture();
    setPlace(null);
    endGesture();
  };
  return (
    <button type="button" className="small" onClick={back}>
      Follow the performer
    </button>
  );
}
