import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { enter } from "./app/entry";
import { Shell } from "./app/Shell";
import { queries } from "./app/queries";
import { showTheme } from "./app/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/kit.css";
import "./styles/shell.css";

const Screen = lazy(() => import("./pages/screen/ScreenPage"));

showTheme();
void enter();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      {location.pathname === "/screen" ? (
        <Suspense>
          <Screen />
        </Suspense>
      ) : (
        <Shell />
      )}
    </QueryClientProvider>
  </StrictMode>,
);
