import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { enter } from "./app/entry";
import { Guard } from "./app/Guard";
import { Shell } from "./app/Shell";
import { part } from "./app/part";
import { queries } from "./app/queries";
import { showTheme } from "./app/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/kit.css";
import "./styles/shell.css";
import "./styles/forced.css";

const Screen = part(() => import("./pages/screen/ScreenPage"));

showTheme();
void enter();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Guard>
        {location.pathname === "/screen" ? (
          <Suspense>
            <Screen />
          </Suspense>
        ) : (
          <Shell />
        )}
      </Guard>
    </QueryClientProvider>
  </StrictMode>,
);
