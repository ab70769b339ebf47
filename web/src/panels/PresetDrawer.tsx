import * as Tabs from "@radix-ui/react-tabs";
import { lazy, Suspense } from "react";
import { Drawer } from "../kit/Drawer";

const Presets = lazy(() => import("./Presets"));
const Render = lazy(() => import("./Render"));
const Takes = lazy(() => import("./Takes"));

export function PresetDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Drawer title="Presets, takes, renders" open={open} onClose={onClose}>
      <Tabs.Root defaultValue="presets">
        <Tabs.List className="tabs" aria-label="Presets, takes or renders">
          <Tabs.Trigger value="presets">Presets</Tabs.Trigger>
          <Tabs.Trigger value="takes">Takes</Tabs.Trigger>
          <Tabs.Trigger value="render">Render</Tabs.Trigger>
        </Tabs.List>
        <Suspense fallback={<p className="soft">Opening…</p>}>
          <Tabs.Content value="presets">
            <Presets />
          </Tabs.Content>
          <Tabs.Content value="takes">
            <Takes />
          </Tabs.Content>
          <Tabs.Content value="render">
            <Render />
          </Tabs.Content>
        </Suspense>
      </Tabs.Root>
    </Drawer>
  );
}
