import * as Menu from "@radix-ui/react-dropdown-menu";
import { Icon, Mark } from "../kit/Icon";
import { useDark } from "../kit/useDark";
import { goBack, goForward } from "../play/edit";
import { copyLink } from "../play/link";
import { PresetChooser } from "../presets/PresetChooser";
import { go } from "./address";
import { giveSet } from "./dropped";
import { Link } from "./Link";
import { showOverlay } from "./overlay";
import { allowed } from "./entry";
import { useGuest } from "./useGuest";
import { MORE, type Page } from "./pages";
import { openProjector } from "./projector";
import { changeSettings } from "./settings";
import { useNarrow } from "./useNarrow";

/** More recipes than these go into a menu. */
const MOST_TABS = 6;

export function TopBar({ pages, page }: { pages: Page[]; page: Page | undefined }) {
  const narrow = useNarrow();
  const tabs = pages.slice(0, MOST_TABS);
  const others = pages.slice(MOST_TABS);
  return (
    <header className="top-bar">
      <div className="top-left">
        {narrow ? (
          <InstrumentMenu pages={pages} page={page} />
        ) : (
          <>
            <Link href="/start" className="home" aria-label="Latent Resonance: start" data-tip="All instruments.">
              <Mark />
            </Link>
            <nav className="tabs-nav" aria-label="Instruments">
              {tabs.map((each) => (
                <Link key={each.path} href={each.path} aria-current={each === page ? "page" : undefined}>
                  {each.title}
                </Link>
              ))}
              {others.length > 0 && <InstrumentMenu pages={others} page={page} label="More" />}
            </nav>
          </>
        )}
      </div>
      <PresetChooser />
      <div className="top-right">
        {!narrow && (
          <>
            <button type="button" className="find-button" aria-label="Find anything" onClick={() => showOverlay("palette")}>
              <Icon sign="search" />
              <span>Find anything</span>
              <kbd>Ctrl K</kbd>
            </button>
            <Tool sign="screen" label="Picture on a second screen" onPress={openProjector} />
            <Tool sign="stage" label="Stage mode" onPress={() => showOverlay("stage")} />
            <Tool sign="help" label="Keys and help" onPress={() => showOverlay("keys")} />
          </>
        )}
        <MoreMenu narrow={narrow} />
      </div>
    </header>
  );
}

function Tool({ sign, label, onPress }: { sign: "screen" | "stage" | "help"; label: string; onPress: () => void }) {
  return (
    <button type="button" className="icon-button" aria-label={label} data-tip={`${label}.`} onClick={onPress}>
      <Icon sign={sign} />
    </button>
  );
}

function InstrumentMenu({ pages, page, label }: { pages: Page[]; page: Page | undefined; label?: string }) {
  const here = pages.find((each) => each === page);
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>
        <button type="button" className="instrument-button" aria-label="Instruments">
          {here?.title ?? label ?? page?.title ?? "Instruments"}
          <Icon sign="down" size={16} />
        </button>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="start" sideOffset={4}>
          {pages.map((each) => (
            <Menu.Item key={each.path} className="menu-item" onSelect={() => go(each.path)}>
              {each.title}
              {each === page && <Icon sign="check" size={15} />}
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

function MoreMenu({ narrow }: { narrow: boolean }) {
  const dark = useDark();
  const guest = useGuest();
  const item = (label: string, act: () => void) => (
    <Menu.Item key={label} className="menu-item" onSelect={act}>
      {label}
    </Menu.Item>
  );
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>
        <button type="button" className="icon-button" aria-label="Models, jobs, settings" data-tip="Models, jobs, settings.">
          <Icon sign="menu" />
        </button>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="end" sideOffset={4}>
          {narrow && (
            <>
              {item("Find anything", () => showOverlay("palette"))}
              {item("Stage mode", () => showOverlay("stage"))}
              {item("Second screen", openProjector)}
              {item("Keys and tour", () => showOverlay("keys"))}
              <Menu.Separator className="menu-line" />
              {item("Undo", goBack)}
              {item("Redo", goForward)}
              {item("Copy a link to this sound", copyLink)}
              <Menu.Separator className="menu-line" />
            </>
          )}
          {allowed(MORE, guest).map((each) => item(each.title, () => go(each.path)))}
          <Menu.Separator className="menu-line" />
          {!guest && (
            <>
              {item("Takes", () => showOverlay("takes"))}
              {item("Open a set", () => giveSet(null))}
              {item("Share presets", () => showOverlay("share"))}
            </>
          )}
          {item(dark ? "Light theme" : "Dark theme", () => void changeSettings({ theme: dark ? "light" : "dark" }))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
