/** Which page an address leads to. */
import type { ComponentType, LazyExoticComponent } from "react";
import type { InstrumentCard } from "../generated/api";
import { title } from "../kit/words";
import { OWN, pathOf } from "./addresses";
import { part } from "./part";

export interface Page {
  path: string;
  title: string;
  /** an instrument's page is there when its instrument is */
  instrument?: string;
  /** it stands alone: no top bar, no transport */
  bare?: boolean;
  /** not for guests of a room, who only play */
  owner?: boolean;
  /** the picture takes the tall left side, and the page lies around it */
  tall?: boolean;
  Show: LazyExoticComponent<ComponentType> | ComponentType;
}

/** How each page is shown: what the server knows as a page is here, or it does not compile. */
const SHOWN: Record<Exclude<InstrumentCard["page"], "chain">, Pick<Page, "Show" | "tall">> = {
  face: { Show: part(() => import("../pages/face/FacePage")) },
  texture: { Show: part(() => import("../pages/texture/TexturePage")) },
  notes: { Show: part(() => import("../pages/notes/NotesPage")) },
  vision: { tall: true, Show: part(() => import("../pages/vision/VisionPage")) },
  voice: { tall: true, Show: part(() => import("../pages/voice/VoicePage")) },
};

const PAGES: Page[] = OWN.map((name) => ({ path: pathOf(name), title: title(name), instrument: name, ...SHOWN[name] }));

export const START: Page = { path: "/start", title: "Start", bare: true, Show: part(() => import("../start/StartPage")) };

export const MORE: Page[] = [
  { path: "/jobs", title: "Jobs", owner: true, Show: part(() => import("../pages/jobs/JobsPage")) },
  { path: "/models", title: "Models", owner: true, Show: part(() => import("../pages/models/ModelsPage")) },
  { path: "/settings", title: "Settings", Show: part(() => import("../pages/settings/SettingsPage")) },
  { path: "/help", title: "Help", Show: part(() => import("../pages/help/HelpPage")) },
  { path: "/about", title: "About", owner: true, Show: part(() => import("../pages/about/AboutPage")) },
];

const Chain = part(() => import("../pages/chain/ChainPage"));

/** The instruments' pages: their own, and an address for each further recipe, on the page that it asks for. */
export function instrumentPages(cards: Pick<InstrumentCard, "name" | "title" | "page">[]): Page[] {
  const others = cards
    .filter(({ name }) => !OWN.some((own) => own === name))
    .map(({ name, title: called, page }) => {
      const like = page === "chain" ? { Show: Chain } : SHOWN[page];
      return { path: pathOf(name), title: called, instrument: name, tall: false, ...like };
    });
  return [...PAGES, ...others];
}

export function findPage(pages: Page[], path: string): Page | undefined {
  return pages.find((page) => path === page.path || path.startsWith(`${page.path}/`));
}
