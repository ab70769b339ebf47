import { listenTo, stopListening, useSoundInput } from "../sound-in/input";
import { sayError } from "../play/store";

/** Which sound moves the controls: heard in this page, sent nowhere; only its measures are. */
export function SoundInput() {
  const { source, level } = useSoundInput();
  return (
    <div className="stack">
      <div className="row">
        {source === null ? (
          <>
            <button type="button" className="button" onClick={() => void listenTo("microphone").catch(sayError)}>
              Use the microphone
            </button>
            <button type="button" className="button ghost" onClick={() => void listenTo("tab").catch(sayError)}>
              Another tab
            </button>
          </>
        ) : (
          <>
            <span className="lamp" />
            <span>{source === "tab" ? "Another tab" : "Microphone"}, {Math.round(level)} dB</span>
            <button type="button" className="button ghost" onClick={stopListening}>
              Stop listening
            </button>
          </>
        )}
      </div>
    </div>
  );
}
