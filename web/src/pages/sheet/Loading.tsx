import { useEffect } from "react";
import { useSlow } from "../../kit/thumbnails";
import { about, recall, remember } from "./took";

interface Props {
  /** what is loaded, such as "models"; also the name that its time is remembered by */
  what: string;
  shapes?: number;
}

/** Shapes in place of what is loaded, once it takes longer than a moment, with the time that it took before. */
export function Loading({ what, shapes = 3 }: Props) {
  const slow = useSlow(true);
  useEffect(() => {
    const began = performance.now();
    return () => remember(what, performance.now() - began);
  }, [what]);
  const before = recall(what);
  return (
    <div className="sheet-loading" role="status">
      {slow && (
        <>
          {Array.from({ length: shapes }, (_, k) => (
            <i key={k} className="sheet-shape" />
          ))}
          <span className="soft">
            Loading {what}
            {before === null ? "" : `, ${about(before)}`}
          </span>
        </>
      )}
    </div>
  );
}
