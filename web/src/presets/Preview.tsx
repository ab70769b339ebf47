import { useEffect, useRef } from "react";
import { useSettings } from "../app/settings";
import type { Preset } from "../generated/api";
import { paletteTable, stopsOf } from "../picture/palette";
import { paletteNow, usePicture } from "../picture/usePicture";
import { coloured, previewOf } from "./preview";

/** A preset's picture in the colours of the picture above; drawn once. */
export function Preview({ preset, className = "" }: { preset: Pick<Preset, "id" | "updated">; className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePicture(paletteNow);
  // Without a choice of colours they follow the theme.
  const theme = useSettings()?.theme;
  useEffect(() => {
    let wanted = true;
    void previewOf(preset.id, preset.updated).then((grey) => {
      const shown = canvas.current;
      if (!wanted || !grey || !shown) return;
      shown.width = grey.width;
      shown.height = grey.height;
      shown.getContext("2d")?.putImageData(coloured(grey, paletteTable(stopsOf(paletteNow(usePicture.getState())))), 0, 0);
    });
    return () => {
      wanted = false;
    };
  }, [preset.id, preset.updated, palette, theme]);
  return <canvas ref={canvas} className={`preview ${className}`} width={1} height={1} aria-hidden="true" />;
}
