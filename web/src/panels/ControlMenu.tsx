import * as Menu from "@radix-ui/react-dropdown-menu";
import { changeSettings, useSettings } from "../app/settings";
import { keyName } from "../app/shortcuts";
import type { ControlCard } from "../generated/api";
import { Icon } from "../kit/Icon";
import { canMidi, learn } from "../midi/input";
import { beginGesture, endGesture, setControls } from "../play/player";
import { say, usePlay } from "../play/store";

const MODIFIERS = ["Alt", "AltGraph", "Control", "Meta", "Shift"];

/** What else a control can: move with something, a knob of its own, a key of its own, back to rest. */
export function ControlMenu({ card, name, onMoveWith }: { card: ControlCard; name: string; onMoveWith: () => void }) {
  const settings = useSettings();
  const instrument = usePlay((state) => state.details?.name ?? "");
  const target = `${instrument}/${card.name}`;
  const action = `control:${card.name}`;
  const knob = find(settings?.midi_map, target);
  const key = find(settings?.shortcuts, action);
  const rest = () => {
    beginGesture();
    setControls({ [card.name]: card.rest });
    endGesture();
  };
  const learnKnob = () => {
    say("info", `Turn a knob for ${name}.`);
    learn(target, name);
  };
  const learnKey = () => {
    say("info", `Press a key for ${name}, with Alt if it is a letter. Escape: none.`);
    const wait = (event: KeyboardEvent) => {
      // Alt itself comes before the key that it is held for.
      if (MODIFIERS.includes(event.key)) return;
      removeEventListener("keydown", wait, true);
      takeKey(event, action, name);
    };
    addEventListener("keydown", wait, true);
  };
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>
        <button type="button" className="quiet more" aria-label={`More for ${name}`}>
          <Icon sign="more" />
        </button>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="end" sideOffset={4}>
          <Menu.Item className="menu-item" onSelect={rest}>
            Back to rest
          </Menu.Item>
          <Menu.Item className="menu-item" onSelect={onMoveWith}>
            Move with…
          </Menu.Item>
          {canMidi() && (
            <Menu.Item className="menu-item" onSelect={learnKnob}>
              {knob ? `Learn another knob (now ${knob})` : "Learn a MIDI knob"}
            </Menu.Item>
          )}
          {knob && (
            <Menu.Item className="menu-item" onSelect={() => forget("midi_map", knob)}>
              Forget the knob
            </Menu.Item>
          )}
          <Menu.Item className="menu-item" onSelect={() => setTimeout(learnKey)}>
            {key ? `Another key (now ${key})` : "A key that leads here"}
          </Menu.Item>
          {key && (
            <Menu.Item className="menu-item" onSelect={() => forget("shortcuts", key)}>
              Forget the key
            </Menu.Item>
          )}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );

  function forget(table: "midi_map" | "shortcuts", entry: string): void {
    const rest: Record<string, string> = { ...settings?.[table] };
    delete rest[entry];
    void changeSettings({ [table]: rest });
  }

  function takeKey(event: KeyboardEvent, wanted: string, label: string): void {
    event.preventDefault();
    event.stopPropagation();
    if (event.code === "Escape") return;
    const pressed = keyName(event);
    const others = Object.entries(settings?.shortcuts ?? {}).filter(([, what]) => what !== wanted);
    void changeSettings({ shortcuts: { ...Object.fromEntries(others), [pressed]: wanted } });
    say("info", `${pressed} leads to ${label}: the arrow keys move it then.`);
  }
}

function find(table: Record<string, string> | undefined, target: string): string | undefined {
  return Object.entries(table ?? {}).find(([, what]) => what === target)?.[0];
}
