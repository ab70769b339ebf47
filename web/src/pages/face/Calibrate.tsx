import { useEffect, useRef, useState } from "react";
import { Calibration, STEPS, type Learned } from "../../face/calibration";
import { keepNeutral, watchFrames } from "../../face/performer";
import { sayError } from "../../play/store";

type Outcome = { kind: "learned"; learned: Learned } | { kind: "no face" };

const RING = 2 * Math.PI * 26;
/** A gap between frames counts as no more than this. */
const MOST_DT = 0.5;

/** Ten seconds: what is rest, how far the mouth goes, how far the brows go. */
export function Calibrate({ onClose }: { onClose: () => void }) {
  const [round, setRound] = useState(0);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [view, setView] = useState({ step: 0, left: STEPS[0]!.seconds, progress: 0, waits: false });
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      close.current();
    };
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, []);
  useEffect(() => {
    const going = new Calibration();
    let before = performance.now();
    const stop = watchFrames(({ measures }) => {
      const now = performance.now();
      going.add(measures, Math.min(MOST_DT, (now - before) / 1000));
      before = now;
      const { step, into } = going.at;
      setView({
        step: STEPS.indexOf(step),
        left: Math.max(1, Math.ceil(step.seconds - into)),
        progress: going.progress,
        waits: going.waits,
      });
      if (!going.ended) return;
      stop();
      const { learned } = going;
      if (learned) keepNeutral(learned.neutral).catch(sayError);
      setOutcome(learned ? { kind: "learned", learned } : { kind: "no face" });
    });
    return stop;
  }, [round]);
  const again = () => {
    setOutcome(null);
    setRound(round + 1);
  };
  return (
    <div className="face-guide" role="dialog" aria-label="Calibrate">
      {outcome ? (
        <Ended outcome={outcome} onAgain={again} onClose={onClose} />
      ) : (
        <>
          <div className="face-step">
            <Ring progress={view.progress} text={view.waits ? "" : String(view.left)} />
            <p className="face-words" role="status">
              {view.waits ? "No face is seen. Come into the picture" : STEPS[view.step]!.words}
            </p>
          </div>
          <div className="face-actions">
            <span className="soft">
              Step {view.step + 1} of {STEPS.length}
            </span>
            <button type="button" className="button ghost" ref={(button) => button?.focus()} onClick={onClose}>
              Cancel <kbd>Esc</kbd>
            </button>
          </div>
        </>
      )}
    </div>
  );
}

function Ring({ progress, text }: { progress: number; text: string }) {
  return (
    <svg className="face-ring" viewBox="0 0 60 60" aria-hidden="true">
      <circle cx="30" cy="30" r="26" />
      <circle className="done" cx="30" cy="30" r="26" strokeDasharray={RING} strokeDashoffset={RING * (1 - progress)} />
      <text x="30" y="36" textAnchor="middle">
        {text}
      </text>
    </svg>
  );
}

const MISSED = { mouth: "The mouth hardly opened", brow: "The brows hardly rose" } as const;

function Ended({ outcome, onAgain, onClose }: { outcome: Outcome; onAgain: () => void; onClose: () => void }) {
  const missed = outcome.kind === "learned" ? outcome.learned.missed : [];
  const fine = outcome.kind === "learned" && missed.length === 0;
  return (
    <>
      <p className="face-words" role="status">
        {outcome.kind === "learned" ? "Your face is learned." : "No face was seen."}
      </p>
      <p className="soft">
        {outcome.kind === "no face"
          ? "Sit in the middle of the picture, with light on your face, then try again."
          : fine
            ? "A closed mouth is rest; yours opens and your brows rise all the way of their meters."
            : `${missed.map((part) => MISSED[part]).join(". ")}: the usual range is kept there.`}
      </p>
      <div className="face-actions">
        <button type="button" className="button main" ref={(button) => button?.focus()} onClick={fine ? onClose : onAgain}>
          {fine ? "Play" : "Try again"}
        </button>
        {!fine && (
          <button type="button" className="button ghost" onClick={onClose}>
            {outcome.kind === "learned" ? "Keep it" : "Close"}
          </button>
        )}
      </div>
    </>
  );
}
