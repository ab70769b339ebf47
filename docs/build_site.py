"""Builds the docs as a site into ``build/site``; warnings, broken links and outside resources fail.

``pip install 'latent-resonance[docs]'``, then ``python docs/build_site.py``. The pages of reference
are to be as ``make_reference.py`` writes them. ``python -m http.server -d build/site`` serves it.
"""

import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "build" / "site"


class _Page(HTMLParser):
    """Names to jump to, links, and what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.names |= {given[key] for key in ("id", "name") if key in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") in {
            "stylesheet",
            "preload",
            "icon",
            "modulepreload",
        }:
            self.loads.append(given.get("href", ""))
        elif "src" in given:
            self.loads.append(given["src"])


def faults(site: Path) -> tuple[list[str], int, int]:
    """What is wrong with a built site, how many pages it has and how many links were followed."""
    pages: dict[Path, _Page] = {}
    for path in sorted(site.rglob("*.html")):
        pages[path.resolve()] = page = _Page()
        page.feed(path.read_text(encoding="utf-8"))
    found = []
    links = 0
    for path, page in pages.items():
        where = path.relative_to(site.resolve())
        found += [
            f"{where} loads {one}"
            for one in page.loads
            if urlsplit(one).scheme in {"http", "https"}
        ]
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            links += 1
            # 404.html is shown at any address, so its links begin at the root.
            base = site if parts.path.startswith("/") or path.name == "404.html" else path.parent
            target = (base / unquote(parts.path).lstrip("/")).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                found.append(f"{where}: there is no {link}")
            elif (
                parts.fragment
                and target in pages
                and unquote(parts.fragment) not in pages[target].names
            ):
                found.append(f"{where}: {link} leads to no heading")
    return found, len(pages), links


def main() -> int:
    """Exit codes: 0 built, 1 not."""
    started = time.monotonic()
    build = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    if subprocess.run(build, cwd=ROOT, check=False).returncode != 0:
        return 1
    for script in SITE.glob("*.py"):
        script.unlink()
    found, pages, links = faults(SITE)
    for fault in found:
        print(fault, file=sys.stderr)
    size = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    seconds = time.monotonic() - started
    what = f"{pages} pages, {links} links, {size / 1e6:.1f} MB, in {seconds:.0f} s"
    print(f"{SITE}: {what}; {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
