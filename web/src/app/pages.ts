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
  { path: "/notes", title: "Notes", instrument: "notes", Show: lazy(() => import("../pages/notes/NotesPage")) },
];

export const MORE: Page[] = [];

export function findPage(path: string): Page | undefined {
  const first = `/${path.split("/")[1] ?? ""}`;
  return [...PAGES, ...MORE].find((page) => page.path === first);
}
