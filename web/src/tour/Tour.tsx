import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { beside, useBox } from "../kit/useBox";
import { STEPS } from "./steps";
import "./tour.css";

/** A minute through the page that is open: the sound goes on, and so does everything that is pointed at. */
export default function Tour({ onClose }: { onClose: () => void }) {
  const [at, setAt] = useState(0);
  const panel = useRef<HTMLElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  const [size, setSize] = useState({ width: 320, height: 160 });
  const step = STEPS[at]!;
  const box = useBox(step.find);
  const last = at === STEPS.length - 1;

  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = panel.current!;
    setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
  }, [at, box]);
  // Whoever opened it goes on from there.
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    step.find()?.scrollIntoView({ block: "nearest" });
    next.current?.focus();
  }, [step]);
  useEffect(() => {
    const escape = (event: globalThis.KeyboardEvent) => event.key === "Escape" && onClose();
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, [onClose]);

  const go = (to: number) => (to >= STEPS.length ? onClose() : setAt(Math.max(0, to)));
  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight") go(Math.min(at + 1, STEPS.length - 1));
    else if (event.key === "ArrowLeft") go(at - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const place = box ? beside(box, size.width, size.height) : { left: (innerWidth - size.width) / 2, top: innerHeight / 3 };
  return (
    <>
      {box && <div className="tour-ring" style={box} aria-hidden="true" />}
      {/* Arrows are a shorter way to its two buttons. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <section ref={panel} className="tour" role="dialog" aria-label="Tour" aria-describedby="tour-text" style={place} onKeyDown={key}>
        <div id="tour-text" aria-live="polite">
          <h2>{step.title}</h2>
          <p>{step.text}</p>
        </div>
        <div className="tour-foot">
          <span className="tour-count soft">
            {at + 1} of {STEPS.length}
          </span>
          {!last && (
            <button type="button" className="button ghost" onClick={onClose}>
              Skip
            </button>
          )}
          <button type="button" className="button" disabled={at === 0} onClick={() => go(at - 1)}>
            Back
          </button>
          <button ref={next} type="button" className="button main" onClick={() => go(at + 1)}>
            {last ? "Done" : "Next"}
          </button>
        </div>
      </section>
    </>
  );
}
