import { useQuery } from "@tanstack/react-query";
import { useState, type CSSProperties } from "react";
import { go } from "../app/address";
import { useGuest } from "../app/useGuest";
import { showOverlay } from "../app/overlay";
import { pathOf } from "../app/addresses";
import { api, type InstrumentCard } from "../generated/api";
import { Mark } from "../kit/Icon";
import { begin, resume } from "../play/begin";
import { lastPlayed } from "../play/last";
import { enter } from "../play/session";
import { sayError, usePlay } from "../play/store";
import { OwnInstrument } from "./OwnInstrument";
import { QuietHelp } from "./QuietHelp";
import { StartCard } from "./StartCard";
import "./start.css";

/** The first screen: an instrument is one press away from its first sound. */
export default function StartPage() {
  const instruments = useQuery({ queryKey: ["instruments"], queryFn: ({ signal }) => api.listInstruments(signal) });
  const guest = useGuest();
  const [last] = useState(lastPlayed);
  const [at, setAt] = useState<HTMLElement | null>(null);
  const [changing, setChanging] = useState<{ card: InstrumentCard; at: HTMLElement } | null>(null);
  // What the player made is listed also where it cannot be played: it can be deleted.
  const listed = instruments.data?.filter(({ available, own }) => available || (own && !guest)) ?? [];
  const there = listed.filter(({ available }) => available);
  const play = (name: string) => {
    begin(name).catch(sayError);
    go(pathOf(name));
  };
  const open = (name: string) => {
    resume(name).catch(sayError);
    go(pathOf(name));
  };
  const tour = (name: string) => {
    play(name);
    showOverlay("tour");
  };
  /** The transport has another one to play. */
  const removed = (name: string) => {
    setChanging(null);
    const next = there.find((card) => card.name !== name);
    if (next && usePlay.getState().details?.name === name) enter(next.name).catch(sayError);
  };
  const first = there[0];
  return (
    <div className="start">
      <p className="start-mark">
        <Mark size={24} /> Latent Resonance
      </p>
      <h1>Pick one. It plays at once.</h1>
      <p className="start-line soft">
        No camera, microphone or account is needed to begin.{" "}
        {guest ? "You are a guest in this room: play as you like, nothing is recorded." : "Everything stays on this computer."}
      </p>
      {instruments.data && there.length === 0 && (
        <p className="trouble start-none">
          No instrument can be played: its models are missing. Import one on the page Models, or install the program anew.
        </p>
      )}
      <ul className="start-cards" style={{ "--cards": listed.length } as CSSProperties}>
        {listed.map((card) => (
          <StartCard
            key={card.name}
            card={card}
            onPlay={() => play(card.name)}
            onChange={card.own && !guest ? (button) => setChanging({ card, at: button }) : undefined}
          />
        ))}
      </ul>
      {changing && (
        <OwnInstrument
          key={changing.card.name}
          {...changing}
          onClose={() => setChanging(null)}
          onRemoved={() => removed(changing.card.name)}
        />
      )}
      <div className="start-more">
        {first && (
          <button type="button" className="button" onClick={() => tour(first.name)}>
            Take the one-minute tour
          </button>
        )}
        {last && there.some(({ name }) => name === last.instrument) && (
          <button type="button" className="button ghost" onClick={() => open(last.instrument)}>
            Open my last session
          </button>
        )}
        <button type="button" className="button ghost" aria-haspopup="dialog" onClick={(event) => setAt(event.currentTarget)}>
          Sound too quiet or on the wrong speaker?
        </button>
        {at && <QuietHelp at={at} onClose={() => setAt(null)} />}
      </div>
    </div>
  );
}
