import { useEffect, useState } from "react";

/** Whether the pointer has rested for so long. */
export function useIdle(ms: number): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const begin = () => {
      clearTimeout(timer);
      setIdle(false);
      timer = setTimeout(() => setIdle(true), ms);
    };
    begin();
    addEventListener("pointermove", begin);
    addEventListener("pointerdown", begin);
    return () => {
      clearTimeout(timer);
      removeEventListener("pointermove", begin);
      removeEventListener("pointerdown", begin);
    };
  }, [ms]);
  return idle;
}
