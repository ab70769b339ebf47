import { useInstrument } from "../../panels/useInstrument";
import { PerformerPage } from "./PerformerPage";

/** A face plays; the page shows what each gesture does, never who plays. */
export default function FacePage() {
  const details = useInstrument();
  return details ? <PerformerPage details={details} performed /> : <p className="page-word soft">Opening…</p>;
}
