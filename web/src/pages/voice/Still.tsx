import { useRef } from "react";
import { Icon, type Sign } from "../../kit/Icon";
import { api, type InstrumentDetails, type Painting, type VoiceTake } from "../../generated/api";
import { say } from "../../play/store";
import { cancel, chosenTake, compare, isGoingOn, paint, pictureUrl, useTakes } from "./takes";

/** The picture of the take that is chosen, or two beside each other. */
export function Still({ details }: { details: InstrumentDetails }) {
  const box = useRef<HTMLElement>(null);
  const state = useTakes();
  const take = chosenTake(state);
  const other = state.takes?.find(({ id }) => id === state.other);
  const painting = take && state.paintings[take.id];
  const pictures = (state.takes ?? []).filter(({ picture }) => picture).length;
  return (
    <section ref={box} className="voice-still" aria-label="The picture">
      {take ? <Picture take={take} /> : state.takes && <Empty />}
      {other && <Picture take={other} />}
      {take && <Progress take={take} painting={painting} bundle={details.bundle} />}
      {take?.picture && (
        <div className="voice-tools" role="toolbar" aria-label="Picture">
          <Tool sign="view" label="Compare with another take" pressed={state.comparing} disabled={pictures < 2} act={() => compare(!state.comparing)} />
          <Tool sign="stage" label="Larger" act={() => void box.current?.requestFullscreen()} />
          <Tool sign="share" label="Share the picture" act={() => void share(take)} />
          <a className="icon-button" href={pictureUrl(take) ?? ""} download={`${take.name}.png`} aria-label="Save the picture" data-tip="A PNG that carries how it was made.">
            <Icon sign="file" />
          </a>
        </div>
      )}
    </section>
  );
}

function Picture({ take }: { take: VoiceTake }) {
  const url = pictureUrl(take);
  const two = useTakes((state) => state.other !== null);
  return (
    <figure>
      {url && <img src={url} alt={`${take.name}: ${take.picture?.asked.prompt || "without words"}`} />}
      {two && (
        <figcaption>
          {take.name}
          {take.picture?.voice ? `, ${take.picture.voice}` : ""}
        </figcaption>
      )}
    </figure>
  );
}

function Empty() {
  return <p className="voice-empty">Your voice’s picture appears here. Press the microphone and say something.</p>;
}

function Progress({ take, painting, bundle }: { take: VoiceTake; painting: Painting | undefined; bundle: string }) {
  const going = isGoingOn(painting);
  const steps = painting && painting.of > 0 ? `, step ${painting.done} of ${painting.of}` : "";
  if (!going && take.picture && painting?.state !== "failed") return null;
  return (
    <div className="voice-progress" role="status">
      {going && (
        <>
          <span>
            Painting {take.name}
            {steps}
          </span>
          <button type="button" className="button" onClick={() => void cancel(take.id)}>
            Cancel
          </button>
        </>
      )}
      {!going && (
        <>
          <span>{painting?.state === "failed" ? `${bundle} could not paint it: ${painting.why}.` : `${take.name} has no picture yet.`}</span>
          <button type="button" className="button" onClick={() => void paint(take.id)}>
            Paint it
          </button>
        </>
      )}
    </div>
  );
}

function Tool({ sign, label, pressed, disabled, act }: { sign: Sign; label: string; pressed?: boolean; disabled?: boolean; act: () => void }) {
  return (
    <button type="button" className="icon-button" aria-label={label} data-tip={`${label}.`} aria-pressed={pressed} disabled={disabled} onClick={act}>
      <Icon sign={sign} />
    </button>
  );
}

/** To another program where the system can; else it is saved: the file says how it was made. */
async function share(take: VoiceTake): Promise<void> {
  const answer = await fetch(api.voiceTakePictureUrl(take.id));
  const file = new File([await answer.blob()], `${take.name}.png`, { type: "image/png" });
  if (navigator.canShare?.({ files: [file] })) {
    // Whoever changes their mind in the system's own dialog has been told enough.
    await navigator.share({ files: [file], title: take.name }).catch(() => undefined);
    return;
  }
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
  say("info", "The picture is saved: the file carries how it was made, and no sound.");
}
