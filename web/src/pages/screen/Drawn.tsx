import { useEffect, useRef } from "react";
import { mountDrawn, watchOthersDrawn } from "../../drawn/host";

/** The pictures of an instrument that another window plays. */
export default function Drawn() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    watchOthersDrawn();
    return mountDrawn(box.current!);
  }, []);
  return <div ref={box} className="screen-drawn" role="img" aria-label="Moving pictures of the music" />;
}
