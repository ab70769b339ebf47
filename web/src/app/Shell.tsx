import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useLayoutEffect, useRef } from "react";
import { useStore } from "zustand";
import { api, type InstrumentCard } from "../generated/api";
import { Tell } from "../kit/tell";
import { playPhrases } from "../midi/phrase";
import { useKnobs } from "../midi/useKnobs";
import { StateLine } from "../panels/StateLine";
import { PictureView } from "../picture/PictureView";
import { lastPlayed, openLast, rememberLast } from "../play/last";
import { lastEntered } from "../play/left";
import { showPreviews } from "../play/previews";
import { enter } from "../play/session";
import { AWAY } from "../play/sound";
import { say, sayError, usePlay } from "../play/store";
import { Transport } from "../transport/Transport";
import { replaceAddress, usePath } from "./address";
import { DropFrame } from "./DropFrame";
import { entry } from "./entry";
import { Guard } from "./Guard";
import { useGuest } from "./useGuest";
import { Notices } from "./Notices";
import { useOverlay } from "./overlay";
import { Overlays } from "./Overlays";
import { findPage, instrumentPages, MORE, START, type Page } from "./pages";
import { PictureArea } from "./PictureArea";
import { useSettings } from "./settings";
import { numberPages, useShortcuts } from "./shortcuts";
import { showTheme } from "./theme";
import { Tips } from "./Tips";
import { TopBar } from "./TopBar";
import { part } from "./part";
import { useFocusKept } from "./useFocusKept";
import { useSoundDrop } from "./useSoundDrop";

const DrawnView = part(() => import("../drawn/DrawnView"));

const warn = (words: string, about: string) => say("warning", words, about);

/** What is around every page: where to go, the picture, the transport. */
export function Shell() {
  const path = usePath();
  const settings = useSettings();
  useShortcuts();
  useKnobs();
  useEffect(rememberLast, []);
  useEffect(playPhrases, []);
  useSoundDrop();
  useFocusKept();
  useEffect(showPreviews, []);
  const instruments = useQuery({
    queryKey: ["instruments"],
    queryFn: ({ signal }) => api.listInstruments(signal),
  });
  const cards = instruments.data ?? [];
  const there = (name: string | undefined) =>
    name === undefined || cards.some((card) => card.name === name && card.available);
  const pages = instrumentPages(cards);
  const guest = useGuest();
  const shown = pages.filter((page) => there(page.instrument));
  const stage = useOverlay((state) => state.stage);
  const pictures = usePlay((state) => state.details?.pictures ?? false);
  const page = findPage([...pages, START, ...MORE], path);

  const frame = useRef<HTMLDivElement>(null);

  // In a low window it scrolls, and a page begins at its top.
  useLayoutEffect(() => {
    frame.current?.scrollTo(0, 0);
  }, [page?.path]);
  useEffect(() => {
    if (settings) showTheme(settings.theme);
  }, [settings]);
  useEffect(() => {
    document.title = page ? `${page.title} · Latent Resonance` : "Latent Resonance";
    numberPages(shown.map((each) => each.path));
    if (!page && instruments.data) replaceAddress(`${landing(shown)}${location.search}`);
    if (page && !page.instrument && !page.bare) openAny(shown);
  });

  return (
    <Tell value={warn}>
      <div ref={frame} className="shell" data-bare={(page ? page.bare : true) || undefined} data-stage={stage || undefined} data-tall={page?.tall || undefined}>
        <nav className="skips" aria-label="Skip to">
          {!page?.bare && (
            <>
              <a href="#transport">To the transport</a>
              <a href="#preset">To the preset</a>
            </>
          )}
          <a href="#page">To the page</a>
        </nav>
        <Transport />
        <TopBar pages={instruments.isPending ? [] : shown} page={page} />
        <PictureArea shown={page?.instrument !== undefined || stage}>
          {pictures ? (
            <Suspense>
              <DrawnView />
            </Suspense>
          ) : (
            <PictureView />
          )}
        </PictureArea>
        <main id="page" tabIndex={-1}>
          {page?.instrument && <h1 className="hidden-text">{page.title}</h1>}
          {instruments.error && (
            <p role="alert" className="page-word">
              {instruments.error.message}
            </p>
          )}
          {page && (
            <Guard key={page.path}>
              <Suspense fallback={<Opening />}>
                {guest && page.owner ? (
                  <p className="page-word">{page.title}: not for guests of a room.</p>
                ) : there(page.instrument) ? (
                  <page.Show />
                ) : (
                  instruments.data && <Missing card={cards.find((card) => card.name === page.instrument)} />
                )}
              </Suspense>
            </Guard>
          )}
        </main>
        <StateLine />
        <Notices />
        <Overlays />
        <Tips />
        <DropFrame />
      </div>
    </Tell>
  );
}

/** Where an address without a page leads: to what was played last, or to the first screen. */
function landing(pages: Page[]): string {
  const last = lastPlayed();
  const found = pages.find(({ instrument }) => instrument === last?.instrument);
  if (found) openLast();
  return found?.path ?? START.path;
}

/** The transport has something to play on pages that are no instrument's too. */
function openAny(pages: Page[]): void {
  if (usePlay.getState().session) return;
  const wanted = lastEntered() ?? lastPlayed()?.instrument;
  const found = pages.find(({ instrument }) => instrument === wanted) ?? pages[0];
  if (!found?.instrument) return;
  openLast();
  enter(found.instrument).catch(sayError);
}

function Opening() {
  const away = useStore(entry, (state) => state.away);
  return <p className="page-word soft">{away ? AWAY : "Opening…"}</p>;
}

function Missing({ card }: { card: InstrumentCard | undefined }) {
  return <p className="page-word">This instrument is not there: {card?.missing || "its model is missing"}.</p>;
}
