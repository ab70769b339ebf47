/** Which page an address leads to. */
import type { ComponentType, LazyExoticComponent } from "react";
import type { InstrumentCard } from "../generated/api";
import { pathOf } from "./addresses";
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

const PAGES: Page[] = [
  { path: pathOf("face"), title: "Face", instrument: "face", Show: part(() => import("../pages/face/FacePage")) },
  { path: pathOf("texture"), title: "Texture", instrument: "texture", Show: part(() => import("../pages/texture/TexturePage")) },
  { path: pathOf("notes"), title: "Notes", instrument: "notes", Show: part(() => import("../pages/notes/NotesPage")) },
  { path: pathOf("vision"), title: "Vision", instrument: "vision", tall: true, Show: part(() => import("../pages/vision/VisionPage")) },
  { path: pathOf("voice"), title: "Voice", instrument: "voice", tall: true, Show: part(() => import("../pages/voice/VoicePage")) },
];

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
  const own = new Set(PAGES.map(({ instrument }) => instrument));
  const others = cards
    .filter(({ name }) => !own.has(name))
    .map(({ name, title, page }) => {
      const like = PAGES.find(({ path }) => path === `/${page}`);
      return { path: pathOf(name), title, instrument: name, tall: like?.tall ?? false, Show: like?.Show ?? Chain };
    });
  return [...PAGES, ...others];
}

export function findPage(pages: Page[], path: string): Page | undefined {
  return pages.find((page) => path === page.path || path.startsWith(`${page.path}/`));
}
