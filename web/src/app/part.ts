/** Parts of the studio that are fetched when they are first shown: pages, dialogs, panels. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import { fetched } from "./fetched";

interface Loaded<P> {
  default: ComponentType<P>;
}

/** Where the studio does not answer it is waited for: React lets go of all that is shown where a part cannot be fetched. */
export function part<P extends object>(load: () => Promise<Loaded<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(() => fetched(load));
}
