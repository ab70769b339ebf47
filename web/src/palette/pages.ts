/** Presets of all instruments, places of the open one, pages, and the help's. */
import { go } from "../app/address";
import { pathOf } from "../app/addresses";
import { allowed, isGuest } from "../app/entry";
import { MORE, START, type Page } from "../app/pages";
import type { FoundPlace, InstrumentCard, InstrumentDetails, Preset } from "../generated/api";
import { findHelp } from "../pages/help/find";
import type { HelpEntry } from "../pages/help/content";
import { openPreset } from "../play/begin";
import { takePatch } from "../play/edit";
import { sayError, usePlay } from "../play/store";
import type { Entry } from "./entries";

export function presetEntries(presets: readonly Preset[], cards: readonly InstrumentCard[], open: string | undefined): Entry[] {
  return presets.map((preset) => {
    const { instrument } = preset.patch;
    const title = cards.find(({ name }) => name === instrument)?.title ?? instrument;
    return {
      group: "Presets",
      key: `preset/${preset.id}`,
      title: preset.name,
      note: title,
      words: `${preset.tags.join(" ")} ${preset.line} ${title}`,
      sign: "play",
      here: instrument === open,
      act: () => {
        openPreset(preset).catch(sayError);
        if (instrument !== open) go(pathOf(instrument));
      },
    };
  });
}

function goTo(name: string): void {
  const { patch } = usePlay.getState();
  if (patch) takePatch({ ...patch, place: { w: null, weights: { [name]: 1 } } }).catch(sayError);
}

/** Places by their names, and those that the server has found by words. */
export function placeEntries(details: InstrumentDetails, found: readonly FoundPlace[], asked: string): Entry[] {
  const shared = { group: "Places", sign: "view", here: true } as const;
  const byWords = new Map(found.map((place) => [place.name, place.reason]));
  return details.places.map(({ name, title, group }) => {
    const reason = byWords.get(name);
    return {
      ...shared,
      key: `place/${name}`,
      title,
      note: reason ? `${group}, ${reason}` : group,
      words: reason === undefined ? group : `${group} ${asked}`,
      act: () => goTo(name),
    };
  });
}

export function pageEntries(pages: readonly Page[]): Entry[] {
  return [...pages, START, ...allowed(MORE, isGuest())].map(({ path, title, instrument }) => ({
    group: "Pages",
    key: `page/${path}`,
    title,
    note: instrument ? "Instrument" : "",
    words: "open page",
    sign: "arrow",
    first: true,
    act: () => go(path),
  }));
}

export function helpEntries(pages: readonly HelpEntry[], asked: string): Entry[] {
  return findHelp([...pages], asked).map(({ to, title, page }) => ({
    group: "Help",
    key: `help/${to}`,
    title,
    note: page,
    words: asked,
    sign: "help",
    act: () => go(to),
  }));
}
