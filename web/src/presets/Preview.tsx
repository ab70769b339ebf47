import { useCallback, useEffect, useRef } from "react";
import { useSettings } from "../app/settings";
import type { Preset } from "../generated/api";
import type { Grey } from "../kit/grey";
import { paletteTable, stopsOf } from "../picture/palette";
import { paletteNow, usePicture } from "../picture/usePicture";
import { coloured, previewOf } from "./preview";

/** A preset's picture in the colours of the picture above; drawn once. */
export function Preview({ preset, className = "" }: { preset: Pick<Preset, "id" | "updated">; className?: string }) {
  const load = useCallback(() => previewOf(preset.id, preset.updated), [preset.id, preset.updated]);
  return <GreyPicture load={load} className={className} />;
}

/** @param load as long as it is the same it is asked once */
export function GreyPicture({ load, className = "" }: { load: () => Promise<Grey | null>; className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePicture(paletteNow);
  // Without a choice of colours they follow the theme.
  const theme = useSettings()?.theme;
  useEffect(() => {
    let wanted = true;
    void load().then((grey) => {
      const shown = canvas.current;
      if (!wanted || !grey || !shown) return;
      shown.width = grey.width;
      shown.height = grey.height;
      shown.getContext("2d")?.putImageData(coloured(grey, paletteTable(stopsOf(paletteNow(usePicture.getState())))), 0, 0);
    });
    return () => {
      wanted = false;
    };
  }, [load, palette, theme]);
  return <canvas ref={canvas} className={`preview ${className}`} width={1} height={1} aria-hidden="true" />;
}
