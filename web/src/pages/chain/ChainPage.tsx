import { useInstrument } from "../../panels/useInstrument";
import { isPerformed } from "../../play/map";
import { usePlay } from "../../play/store";
import { PerformerPage } from "../face/PerformerPage";

/** Any instrument that is a chain of parts, made of what it says of itself. */
export default function ChainPage() {
  const details = useInstrument();
  const map = usePlay((state) => state.patch?.map);
  if (!details) return <p className="page-word soft">Opening…</p>;
  return <PerformerPage key={details.name} details={details} performed={isPerformed(details, map ?? {})} />;
}
