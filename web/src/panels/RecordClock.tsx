import { useEffect, useState } from "react";
import { clock } from "../kit/words";
import { usePlay } from "../play/store";

export function RecordClock() {
  const since = usePlay((state) => state.recordingSince);
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return <span>{clock(Math.max(0, now - (since ?? now)) / 1000)}</span>;
}
