import { useEffect, useState } from "react";
import { clock } from "../kit/words";

/** Minutes and seconds since a moment of the page's clock. */
export function Since({ since }: { since: number }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return <>{clock(Math.max(0, now - since) / 1000)}</>;
}
