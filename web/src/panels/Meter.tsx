import "./meter.css";

/** @param value 0..1 */
export function Meter({ title, value }: { title: string; value: number }) {
  return (
    <>
      <b className="meter-title">{title}</b>
      <div className="meter" role="meter" aria-label={title} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(100 * Math.min(1, Math.max(0, value)))}>
        <i style={{ transform: `scaleX(${Math.min(1, Math.max(0, value))})` }} />
      </div>
    </>
  );
}
