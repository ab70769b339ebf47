import type { PictureRequest } from "../../generated/api";
import { Segmented } from "../../kit/Segmented";
import { Slider } from "../../kit/Slider";
import { useAsk } from "./ask";
import { REST } from "./read-ask";
import { paintChosen } from "./takes";

const MODES = [
  { value: "mix", label: "Both" },
  { value: "voice", label: "Who speaks" },
  { value: "words", label: "What is said" },
  { value: "exact", label: "Exact" },
] as const satisfies readonly { value: PictureRequest["mode"]; label: string }[];

const STEPS = { low: 1, high: 24, rest: 12 };
const GUIDANCE = { low: 1, high: 10, rest: 4 };

/** How the voice becomes the picture's beginning, and how closely the words are kept. */
export function Decides() {
  const { mode, mix, steps, guidance } = useAsk();
  const moved = mode !== REST.mode || mix !== REST.mix || steps !== null || guidance !== null;
  const change = (next: Partial<typeof REST>) => useAsk.setState(next);
  return (
    <section aria-label="What the voice decides">
      <header className="panel-head">
        <h2>What the voice decides</h2>
        <button
          type="button"
          className="link"
          disabled={!moved}
          onClick={() => {
            change({ ...REST, prompt: useAsk.getState().prompt });
            paintChosen();
          }}
        >
          Reset all
        </button>
      </header>
      <div className="voice-mode">
        <Segmented
          label="What of the voice"
          value={mode}
          options={MODES}
          onChange={(next) => {
            change({ mode: next });
            paintChosen();
          }}
        />
      </div>
      {mode === "mix" && (
        <Slider
          id="voice-mix"
          label="Voice or words"
          hint="Who speaks, or what is said."
          low={-1}
          high={1}
          value={2 * mix - 1}
          rest={2 * REST.mix - 1}
          step={0.02}
          shown={`${Math.round(100 * mix)} % who speaks`}
          typed={(percent) => percent / 50 - 1}
          ends={["what", "who"]}
          onChange={(next) => change({ mix: (next + 1) / 2 })}
          onEnd={paintChosen}
        />
      )}
      <Slider
        id="voice-guidance"
        label="Keep to the text"
        hint="How strongly the words pull."
        {...GUIDANCE}
        value={guidance ?? GUIDANCE.rest}
        step={0.1}
        shown={guidance === null ? "as the model wants" : guidance.toFixed(1)}
        onChange={(next) => change({ guidance: next })}
        onEnd={paintChosen}
      />
      <Slider
        id="voice-steps"
        label="Detail"
        hint="More steps take longer."
        {...STEPS}
        value={steps ?? STEPS.rest}
        step={1}
        shown={steps === null ? "as the model wants" : `${steps} ${steps === 1 ? "step" : "steps"}`}
        onChange={(next) => change({ steps: next })}
        onEnd={paintChosen}
      />
    </section>
  );
}
