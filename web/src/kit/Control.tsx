import { useContext, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { Icon, type Sign } from "./Icon";
import { Tell } from "./tell";
import { useWheel } from "./useWheel";

export interface Badge {
  sign: Sign;
  text: string;
  /** what moves it is not there now */
  gone?: boolean;
}

export interface ControlProps {
  id: string;
  label: string;
  /** one sentence, shown after a while */
  hint?: string | undefined;
  /** what the ends mean, such as dark and bright */
  ends?: readonly [string, string] | undefined;
  /** set by hand, 0..1 of the track */
  travel: number;
  /** where a double click leads, 0..1 */
  rest: number;
  /** where the fill starts, 0..1; 0 for a control that starts at its left end */
  origin: number;
  /** with its unit */
  shown: string;
  /** a typed value as travel; null for what is no value */
  read: (text: string) => number | null;
  /** where it is now, moved by something, 0..1 */
  now?: number | null | undefined;
  /** between which it is moved, 0..1 */
  range?: readonly [number, number] | null | undefined;
  badge?: Badge | null | undefined;
  /** opens what moves it, at this element */
  onMovement?: ((at: HTMLElement) => void) | undefined;
  /** further keys that are one step, such as 1/12 */
  step?: number | undefined;
  disabled?: boolean | undefined;
  onBegin?: (() => void) | undefined;
  onChange: (travel: number) => void;
  onEnd?: (() => void) | undefined;
}

const FINE = 0.1;
const KEYS: Record<string, number> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

const within = (value: number) => Math.min(1, Math.max(0, value));

/** A control: its name, what moves it, its value, and a track. */
export function Control(props: ControlProps) {
  const { id, label, hint, ends, travel, rest, origin, shown, now, range, badge, disabled = false } = props;
  const { onMovement, onBegin, onChange, onEnd } = props;
  const step = props.step ?? 0.01;
  const tell = useContext(Tell);
  const track = useRef<HTMLDivElement>(null);
  const held = useRef<{ x: number; travel: number } | null>(null);
  const keyed = useRef(false);
  const [dragging, setDragging] = useState(false);
  const [typing, setTyping] = useState(false);

  const once = (next: number) => {
    onBegin?.();
    onChange(within(next));
    onEnd?.();
  };
  const wheel = useWheel((turn, fine) => {
    if (!disabled) once(travel - turn * step * (fine ? FINE : 1));
  });

  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (disabled || event.button !== 0 || !track.current) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = track.current.getBoundingClientRect();
    const at = (event.clientX - box.left) / box.width;
    // The cap is taken where it is; elsewhere on the track it jumps there.
    const start = Math.abs(at - travel) * box.width < 8 ? travel : within(at);
    held.current = { x: event.clientX, travel: start };
    onBegin?.();
    if (start !== travel) onChange(start);
    setDragging(true);
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const from = held.current;
    if (!from || !track.current) return;
    const part = (event.clientX - from.x) / track.current.clientWidth;
    const next = within(from.travel + part * (event.shiftKey ? FINE : 1));
    held.current = { x: event.clientX, travel: next };
    onChange(next);
  };
  const up = () => {
    if (!held.current) return;
    held.current = null;
    setDragging(false);
    onEnd?.();
  };
  const key = (event: KeyboardEvent) => {
    if (disabled || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = KEYS[event.key];
    let next: number | null = null;
    if (steps !== undefined) next = travel + steps * step * (event.shiftKey && Math.abs(steps) === 1 ? FINE : 1);
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = 1;
    else if (event.key === "Delete" || event.key === "Backspace") next = rest;
    else if (event.key === "Enter") {
      event.preventDefault();
      setTyping(true);
      return;
    }
    if (next === null) return;
    event.preventDefault();
    if (!keyed.current) onBegin?.();
    keyed.current = true;
    onChange(within(next));
  };
  const keyUp = () => {
    if (!keyed.current) return;
    keyed.current = false;
    onEnd?.();
  };

  const percent = (part: number) => `${(100 * part).toFixed(2)}%`;
  const low = Math.min(origin, travel);
  return (
    <div className={disabled ? "control off" : "control"} data-control={id} data-tip={dragging ? undefined : hint} ref={wheel}>
      <div className="control-head">
        <span className="control-name" id={`${id}-label`}>
          {label}
        </span>
        {dragging ? (
          <span className="control-fine">Shift for fine steps</span>
        ) : (
          onMovement && !disabled && <Mover label={label} badge={badge} onOpen={onMovement} />
        )}
        {typing ? (
          <Typed
            label={label}
            shown={shown}
            onDone={(text) => {
              setTyping(false);
              const next = text === null ? null : props.read(text);
              if (next !== null) once(next);
              else if (text?.trim()) tell(`“${text.trim()}” is no value of ${label}. It stays at ${shown}.`, `value/${id}`);
              document.getElementById(id)?.focus();
            }}
          />
        ) : (
          <button
            type="button"
            className="control-value"
            tabIndex={-1}
            disabled={disabled}
            aria-label={`${label}: type a value`}
            onClick={() => setTyping(true)}
          >
            {disabled ? "–" : shown}
          </button>
        )}
      </div>
      <div className={ends ? "control-row" : "control-row bare"}>
        {ends && <span className="control-end">{ends[0]}</span>}
        <div
          className="control-track"
          ref={track}
          onPointerDown={down}
          onPointerMove={move}
          onPointerUp={up}
          onPointerCancel={up}
          onDoubleClick={() => !disabled && once(rest)}
        >
          {range && <i className="control-veil" style={{ left: percent(range[0]), width: percent(range[1] - range[0]) }} />}
          {origin > 0 && <i className="control-middle" style={{ left: percent(origin) }} />}
          <i className="control-fill" style={{ left: percent(low), width: percent(Math.abs(travel - origin)) }} />
          {now !== null && now !== undefined && <i className="control-now" style={{ left: percent(within(now)) }} />}
          <span
            id={id}
            className="control-cap"
            role="slider"
            tabIndex={disabled ? -1 : 0}
            aria-labelledby={`${id}-label`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(1000 * travel) / 10}
            aria-valuetext={shown}
            aria-disabled={disabled}
            style={{ left: percent(travel) }}
            onKeyDown={key}
            onKeyUp={keyUp}
            onBlur={keyUp}
          />
        </div>
        {ends && <span className="control-end">{ends[1]}</span>}
      </div>
    </div>
  );
}

function Mover({ label, badge, onOpen }: { label: string; badge?: Badge | null | undefined; onOpen: (at: HTMLElement) => void }) {
  return badge ? (
    <button
      type="button"
      className={badge.gone ? "badge gone" : "badge"}
      aria-label={`${label} is moved by ${badge.text}: change it`}
      data-tip="What moves it. Click to change it."
      onClick={(event) => onOpen(event.currentTarget)}
    >
      <Icon sign={badge.sign} size={13} />
      <span>{badge.text}</span>
    </button>
  ) : (
    <button
      type="button"
      className="control-add"
      aria-label={`Let something move ${label}`}
      data-tip="Let something move it."
      onClick={(event) => onOpen(event.currentTarget)}
    >
      +
    </button>
  );
}

function Typed({ label, shown, onDone }: { label: string; shown: string; onDone: (text: string | null) => void }) {
  const ended = useRef(false);
  const end = (text: string | null) => {
    if (ended.current) return;
    ended.current = true;
    // What was not touched sets nothing: it is shown shorter than it is.
    onDone(text === shown ? null : text);
  };
  return (
    <input
      className="control-typed"
      aria-label={`${label}: value`}
      defaultValue={shown}
      size={Math.max(6, shown.length)}
      ref={(input) => input?.select()}
      onBlur={(event) => end(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") end(event.currentTarget.value);
        if (event.key === "Escape") end(null);
      }}
    />
  );
}
