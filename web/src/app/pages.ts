/** Which page an address leads to. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";

export interface Page {
  path: string;
  title: string;
  /** an instrument's page is there when its instrument is */
  instrument?: string;
  Show: LazyExoticComponent<ComponentType> | ComponentType;
}

export const PAGES: Page[] = [
  { path: "/face", title: "Face", instrument: "face", Show: lazy(() => import("../pages/face/FacePage")) },
  { path: "/texture", title: "Texture", instrument: "texture", Show: lazy(() => import("../pages/texture/TexturePage")) },
  { path: "/notes", title: "Notes", instrument: "notes", Show: lazy(() => import("../pages/notes/NotesPage")) },
];

export const MORE: Page[] = [
  { path: "/models", title: "Models", Show: lazy(() => import("../pages/models/ModelsPage")) },
  { path: "/settings", title: "Settings", Show: lazy(() => import("../pages/settings/SettingsPage")) },
  { path: "/about", title: "About", Show: lazy(() => import("../pages/about/AboutPage")) },
];

export function findPage(path: string): Page | undefined {
  const first = `/${path.split("/")[1] ?? ""}`;
  return [...PAGES, ...MORE].find((page) => page.path === first);
}
