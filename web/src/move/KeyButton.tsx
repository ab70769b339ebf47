import { changeSettings, useSettings } from "../app/settings";
import { keyName } from "../app/shortcuts";
import type { ControlCard } from "../generated/api";
import { say } from "../play/store";

const MODIFIERS = ["Alt", "AltGraph", "Control", "Meta", "Shift"];

/** A key of the player's own leads to this control; the arrows move it then. */
export function KeyButton({ card, name }: { card: ControlCard; name: string }) {
  const shortcuts = useSettings()?.shortcuts ?? {};
  const action = `control:${card.name}`;
  const key = Object.keys(shortcuts).find((one) => shortcuts[one] === action);
  const others = Object.fromEntries(Object.entries(shortcuts).filter(([, what]) => what !== action));
  const learn = () => {
    say("info", `Press a key for ${name}, with Alt if it is a letter. Escape: none.`);
    const wait = (event: KeyboardEvent) => {
      // Alt itself comes before the key that it is held for.
      if (MODIFIERS.includes(event.key)) return;
      removeEventListener("keydown", wait, true);
      event.preventDefault();
      event.stopPropagation();
      if (event.code === "Escape") return;
      const pressed = keyName(event);
      void changeSettings({ shortcuts: { ...others, [pressed]: action } });
      say("info", `${pressed} leads to ${name}: the arrow keys move it then.`);
    };
    addEventListener("keydown", wait, true);
  };
  return key ? (
    <button type="button" className="button ghost" onClick={() => void changeSettings({ shortcuts: others })}>
      Forget {key}
    </button>
  ) : (
    <button type="button" className="button ghost" data-tip="A key that leads here." onClick={learn}>
      Key
    </button>
  );
}
