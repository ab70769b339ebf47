import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { api, type InstrumentCard } from "../generated/api";
import { useKnobs } from "../midi/useKnobs";
import { forgetNote, usePlay } from "../play/store";
import { Link } from "./Link";
import { findPage, instrumentPages, MORE } from "./pages";
import { useSettings } from "./settings";
import { replaceAddress, usePath } from "./address";
import { showTheme } from "./theme";
import { ThemeButton } from "./ThemeButton";
import { useShortcuts } from "./shortcuts";
import { useSoundDrop } from "./useSoundDrop";

const Transport = lazy(() => import("../panels/Transport"));

/** What is around every page. */
export function Frame() {
  const path = usePath();
  const settings = useSettings();
  useShortcuts();
  useKnobs();
  useSoundDrop();
  const instruments = useQuery({
    queryKey: ["instruments"],
    queryFn: ({ signal }) => api.listInstruments(signal),
  });
  const there = (name: string | undefined) =>
    name === undefined || instruments.data?.some((card) => card.name === name && card.available);
  const pages = instrumentPages(instruments.data ?? []);
  const shown = pages.filter((page) => there(page.instrument));
  const page = findPage([...pages, ...MORE], path);

  useEffect(() => {
    if (settings) showTheme(settings.theme);
  }, [settings]);
  useEffect(() => {
    document.title = page ? `${page.title} · Latent Resonance` : "Latent Resonance";
    const first = shown[0];
    if (!page && first && instruments.data) replaceAddress(`${first.path}${location.search}`);
  });

  return (
    <>
      <a className="skip" href="#main">
        To the page
      </a>
      <header className="top">
        <Link href="/" className="brand">
          <img src="/mark.svg" alt="" />
          <span>Latent Resonance</span>
        </Link>
        <nav className="nav" aria-label="Pages">
          {(instruments.isPending ? [] : [...shown, ...MORE]).map((each, index) => (
            <Link
              key={each.path}
              href={each.path}
              className={index === shown.length ? "push" : undefined}
              aria-current={each === page ? "page" : undefined}
            >
              {each.title}
            </Link>
          ))}
        </nav>
        <ThemeButton />
      </header>
      <main id="main" tabIndex={-1}>
        <div className="within">
        {instruments.error && (
          <p role="alert">The studio&apos;s server does not answer: {instruments.error.message}</p>
        )}
        {page && (
          <Suspense fallback={<p className="soft">Opening…</p>}>
            {there(page.instrument) ? (
              <page.Show />
            ) : (
              instruments.data && <Missing card={instruments.data.find((card) => card.name === page.instrument)} />
            )}
          </Suspense>
        )}
        </div>
      </main>
      {page?.instrument && there(page.instrument) && (
        <Suspense>
          <Transport />
        </Suspense>
      )}
      <Notes />
    </>
  );
}

function Missing({ card }: { card: InstrumentCard | undefined }) {
  return <p>This instrument is not there: {card?.missing || "its model is missing"}.</p>;
}

function Notes() {
  const notes = usePlay((state) => state.notes);
  const first = notes[0]?.id;
  useEffect(() => {
    if (first === undefined) return;
    const timer = setTimeout(() => forgetNote(first), 7000);
    return () => clearTimeout(timer);
  }, [first]);
  return (
    <div className="notes" role="status" aria-live="polite">
      {notes.map((note) => (
        <div key={note.id} className={`note ${note.level}`}>
          <p>{note.text}</p>
          <button type="button" className="quiet square" aria-label="Dismiss" onClick={() => forgetNote(note.id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
