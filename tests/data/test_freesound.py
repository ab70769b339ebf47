"""The scraper against a server that behaves as the documentation of freesound's API says."""

import csv
import hashlib
import http.server
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.data.freesound.query import Query
from latent_resonance.data.freesound.scrape import How, Scraped, Secrets, read_secret, scrape
from latent_resonance.data.freesound.sound import Sound, file_name, licence_kind, licence_name
from latent_resonance.data.web.client import Client, Manners, WebError

KEY, OAUTH = "s3cret-key-AAAA", "s3cret-oauth-BBBB"
LICENCES = {
    "Creative Commons 0": "http://creativecommons.org/publicdomain/zero/1.0/",
    "Attribution": "https://creativecommons.org/licenses/by/4.0/",
    "Attribution NonCommercial": "https://creativecommons.org/licenses/by-nc/3.0/",
    "Sampling+": "http://creativecommons.org/licenses/sampling+/1.0/",
}


def content(sound_id: int, kind: str) -> bytes:
    return hashlib.sha256(f"{sound_id} {kind}".encode()).digest() * (50 + sound_id % 7)


class Freesound:
    """The server's state: its sounds, what it was asked, and how it misbehaves."""

    def __init__(self, count: int = 12) -> None:
        names = list(LICENCES)
        self.sounds = [
            {
                "id": 100 + k,
                "url": f"https://freesound.org/people/user{k}/sounds/{100 + k}/",
                "name": f"Sound {k}.wav",
                "tags": ["rain", "loop"] if k % 2 else ["rain"],
                "licence_name": names[k % 4],
                "license": LICENCES[names[k % 4]],
                "type": "wav",
                "filesize": len(content(100 + k, "original")),
                "duration": 1.0 + k,
                "username": f"user{k}",
                "description": "not asked for",
            }
            for k in range(count)
        ]
        self.asked: list[str] = []
        self.shown: list[tuple[str, str | None]] = []
        # Path to answers given before the real one: a status, or a word for a misdeed.
        self.troubles: dict[str, list[Any]] = {}
        self.old_name_only = False

    def handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        state = self

        class Handler(_Handler):
            freesound = state

        return Handler


class _Handler(http.server.BaseHTTPRequestHandler):
    freesound: ClassVar[Freesound]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def say(self, status: int, value: object, **headers: str) -> None:
        self.send(status, json.dumps(value).encode(), "application/json", **headers)

    def send(
        self, status: int, body: bytes, kind: str, length: int | None = None, **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        state = self.freesound
        parts = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        state.asked.append(self.path)
        authorization = self.headers.get("Authorization")
        state.shown.append((parts.path, authorization))
        trouble = state.troubles.get(parts.path, [])
        if trouble:
            self.misbehave(trouble.pop(0), parts.path)
        elif parts.path in ("/apiv2/search/", "/apiv2/search/text/"):
            if parts.path == "/apiv2/search/" and state.old_name_only:
                self.say(404, {"detail": "Not found"})
            elif authorization not in (f"Token {KEY}", f"Bearer {OAUTH}"):
                self.say(401, {"detail": "Authentication credentials were not provided."})
            else:
                self.search(given)
        elif match := re.fullmatch(r"/apiv2/sounds/(\d+)/download/", parts.path):
            if authorization != f"Bearer {OAUTH}":
                self.say(401, {"detail": "Expired token"})
            else:
                self.send(200, content(int(match[1]), "original"), "application/octet-stream")
        elif match := re.fullmatch(r"/data/previews/(\d+)-hq\.(mp3|ogg)", parts.path):
            self.send(200, content(int(match[1]), match[2]), f"audio/{match[2]}")
        else:
            self.say(404, {"detail": "Not found"})

    def misbehave(self, how: Any, path: str) -> None:
        if how == "truncated":
            body = content(int(re.findall(r"\d+", path)[-1]), "mp3")
            self.send(200, body[: len(body) // 2], "audio/mpeg", length=len(body))
            self.close_connection = True
        elif how == "html":
            self.send(200, b"<html>sign in</html>", "text/html; charset=utf-8")
        elif how == "hang up":
            self.close_connection = True
            self.connection.close()
        elif isinstance(how, str):
            self.send(302, b"", "text/plain", Location=how)
        elif isinstance(how, tuple):
            status, detail, headers = how
            self.say(status, {"detail": detail}, **headers)
        else:
            self.say(how, {"detail": f"trouble {how}"})

    def search(self, given: dict[str, str]) -> None:
        found = [sound for sound in self.freesound.sounds if self.passes(sound, given["filter"])]
        size = min(150, int(given.get("page_size", 15)), 5)  # a small server: pages of five
        page = int(given.get("page", 1))
        if page > max(1, -(-len(found) // size)):
            self.say(404, {"detail": "Invalid page."})
            return
        host = f"{self.server.server_address[0]}:{self.server.server_address[1]}"
        results = []
        for sound in found[(page - 1) * size : page * size]:
            previews = sound.get("previews") or {
                f"preview-hq-{kind}": f"http://{host}/data/previews/{sound['id']}-hq.{kind}"
                for kind in ("mp3", "ogg")
            }
            known = {**sound, "previews": previews}
            results.append({name: known[name] for name in given["fields"].split(",")})
        more = (
            f"http://elsewhere.example{self.path}&page={page + 1}"
            if page * size < len(found)
            else None
        )
        self.say(200, {"count": len(found), "next": more, "results": results, "previous": None})

    @staticmethod
    def passes(sound: dict[str, Any], text: str) -> bool:
        licences = re.search(r"license:\(([^)]*)\)", text)
        assert licences, text
        if sound["licence_name"] not in re.findall(r'"([^"]*)"', licences[1]):
            return False
        duration = re.search(r"duration:\[(\S+) TO (\S+)\]", text)
        if duration:
            top = float("inf") if duration[2] == "*" else float(duration[2])
            if not float(duration[1]) <= sound["duration"] <= top:
                return False
        return set(re.findall(r'tag:"([^"]*)"', text)) <= set(sound["tags"])


class Bench:
    """A server, a client whose clock is not the wall's, and a folder."""

    def __init__(self, address: str, state: Freesound, output: Path) -> None:
        self.state = state
        self.output = output
        self.slept: list[float] = []
        self.now = 0.0
        self.client = Client(
            address,
            Manners(per_minute=60, timeout_seconds=5),
            sleep=self.sleep,
            clock=lambda: self.now,
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds

    def scrape(
        self, how: How | None = None, secrets: Secrets | None = None, **query: Any
    ) -> Scraped:
        query = {"text": "rain", "licences": ("cc0", "by", "by-nc"), **query}
        given = secrets or Secrets(KEY, OAUTH)
        return scrape(self.client, given, Query(**query), self.output, how or How())

    def rows(self) -> list[dict[str, str]]:
        with (self.output / "manifest.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def files(self) -> set[str]:
        return {path.name for path in self.output.iterdir()} - {
            "manifest.csv", "ATTRIBUTION.md", "downloads.jsonl",
        }  # fmt: skip


@pytest.fixture
def bench(serve: Callable[[Any], str], tmp_path: Path) -> Bench:
    state = Freesound()
    return Bench(serve(state.handler()), state, tmp_path / "out")


def test_previews_come_with_a_manifest_and_an_attribution(bench: Bench) -> None:
    done = bench.scrape(How(count=50, label="water"))
    # Nine of twelve: Sampling+ was not asked for.
    assert (done.downloaded, done.kept, done.skipped) == (9, 0, {})
    rows = bench.rows()
    assert len(rows) == 9
    assert bench.files() == {row["file"] for row in rows}
    for row in rows:
        data = (bench.output / row["file"]).read_bytes()
        assert data == content(int(row["freesound_id"]), "mp3")
        assert hashlib.sha256(data).hexdigest() == row["sha256"]
        assert row["label"] == "water"
        assert row["source_repo"] == "freesound.org"
    assert rows[0]["file"] == "100-sound-0.mp3"
    assert Counter(row["licence"] for row in rows) == {
        "CC0-1.0": 3, "CC-BY-4.0": 3, "CC-BY-NC-3.0": 3,
    }  # fmt: skip
    text = (bench.output / "ATTRIBUTION.md").read_text()
    for row in rows:
        assert row["attribution"] in text
        assert f"https://freesound.org/s/{row['freesound_id']}/" in text
    assert "(https://creativecommons.org/licenses/by/4.0/)" in text


def test_filters_are_sent_and_checked(bench: Bench) -> None:
    bench.scrape(
        licences=("by",),
        tags=("loop",),
        shortest_seconds=2,
        longest_seconds=6.5,
        sort="created_asc",
    )
    assert {row["freesound_id"] for row in bench.rows()} == {"101", "105"}
    asked = parse_qs(urlsplit(bench.state.asked[0]).query)
    assert asked["filter"] == ['license:("Attribution") duration:[2 TO 6.5] tag:"loop"']
    assert asked["sort"] == ["created_asc"]
    assert asked["page_size"] == ["150"]
    assert asked["query"] == ["rain"]


def test_a_licence_that_was_not_asked_for_is_not_taken_whatever_the_server_says(
    bench: Bench,
) -> None:
    bench.state.sounds[0]["license"] = LICENCES["Attribution NonCommercial"]
    done = bench.scrape(licences=("cc0",))
    assert done.skipped == {"100": "is not what was asked for"}
    assert {row["licence"] for row in bench.rows()} == {"CC0-1.0"}


def test_count_and_resume(bench: Bench) -> None:
    assert bench.scrape(How(count=4)).downloaded == 4
    before = {path.name: path.stat().st_mtime_ns for path in bench.output.glob("*.mp3")}
    bench.state.asked.clear()
    done = bench.scrape(How(count=7))
    assert (done.downloaded, done.kept) == (3, 4)
    assert sum("/previews/" in path for path in bench.state.asked) == 3
    assert (
        before.items()
        <= {path.name: path.stat().st_mtime_ns for path in bench.output.glob("*.mp3")}.items()
    )
    # One that was lost or cut is fetched again, and only that one; other searches add to the list.
    first = bench.output / "100-sound-0.mp3"
    first.write_bytes(b"cut")
    bench.state.asked.clear()
    assert bench.scrape(How(count=7)).downloaded == 1
    assert first.read_bytes() == content(100, "mp3")
    bench.scrape(How(count=1, label="long"), shortest_seconds=11)
    assert len(bench.rows()) == 8


def test_a_journal_that_was_cut_off_is_read_and_continued(bench: Bench) -> None:
    bench.scrape(How(count=3))
    journal = bench.output / "downloads.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    (bench.output / "manifest.csv").unlink()
    done = bench.scrape(How(count=4))
    assert (done.kept, done.downloaded) == (2, 2)
    assert len(bench.rows()) == 4
    assert bench.scrape(How(count=4)).kept == 4


def test_a_journal_cannot_name_files_elsewhere(bench: Bench, tmp_path: Path) -> None:
    bench.scrape(How(count=1))
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    journal = bench.output / "downloads.jsonl"
    entry = json.loads(journal.read_text())
    journal.write_text(json.dumps({**entry, "file": "../victim", "bytes": 4, "quality": "x"}))
    bench.scrape(How(count=1))
    assert victim.read_bytes() == b"mine"


def test_originals_need_oauth_and_get_it(bench: Bench) -> None:
    done = bench.scrape(How(count=2, originals=True), Secrets(oauth=OAUTH))
    assert done.downloaded == 2
    assert bench.files() == {"100-sound-0.wav", "101-sound-1.wav"}
    assert (bench.output / "100-sound-0.wav").read_bytes() == content(100, "original")
    # Originals take the place of previews.
    bench.scrape(How(count=1, originals=False))
    assert "100-sound-0.mp3" in bench.files()
    assert "100-sound-0.wav" not in bench.files()
    with pytest.raises(InputError, match="FREESOUND_OAUTH_TOKEN"):
        bench.scrape(How(originals=True), Secrets(token=KEY))
    with pytest.raises(WebError, match="older than a day"):
        bench.scrape(How(originals=True), Secrets(KEY, "expired"))
    with pytest.raises(InputError, match="apiv2/apply"):
        bench.scrape(None, Secrets())
    bench.state.sounds[4]["filesize"] += 1
    bench.state.sounds[2]["type"] = "exe"
    done = bench.scrape(How(count=4, originals=True), Secrets(KEY, OAUTH))
    assert "were announced" in done.skipped["104"]
    assert "'exe'" in done.skipped["102"]


def test_a_refused_token_is_one_line_without_the_token(bench: Bench) -> None:
    with pytest.raises(WebError, match=r"token is refused.*apply") as caught:
        bench.scrape(None, Secrets("wrong-token"))
    assert "wrong-token" not in str(caught.value)
    assert bench.slept == [], "no second try"


def test_limits_by_the_minute_are_waited_out_and_by_the_day_end_the_run(bench: Bench) -> None:
    exceeded = "Request was throttled because of exceeding a request limit rate ({})"
    search = "/apiv2/search/"
    bench.state.troubles[search] = [
        (429, exceeded.format("60/minute"), {}),
        (429, "Request was throttled. Expected available in 7 seconds.", {"Retry_After": "7"}),
    ]
    assert bench.scrape(How(count=1)).downloaded == 1
    assert bench.slept[:3] == [60, 7, 1], "two waits, then the rate again"
    bench.state.troubles["/data/previews/101-hq.mp3"] = [(429, exceeded.format("2000/day"), {})]
    with pytest.raises(WebError, match=r"1440 minutes.*2000/day.*again later"):
        bench.scrape(How(count=3))
    assert len(bench.rows()) == 1, "what came is listed"
    bench.state.troubles[search] = [(429, "slow down", {"Retry_After": "100000"})]
    with pytest.raises(WebError, match="1667 minutes"):
        bench.scrape()


def test_the_rate_is_kept(bench: Bench) -> None:
    bench.scrape(How(count=6))
    assert bench.now >= len(bench.state.asked) - 1, "one request a second at most"
    assert set(bench.slept) <= {1.0}


def test_troubles_of_the_server_are_retried(bench: Bench) -> None:
    bench.state.troubles = {
        "/apiv2/search/": [503, 502, "hang up"],
        "/data/previews/100-hq.mp3": ["truncated", "truncated", 500],
        "/data/previews/101-hq.mp3": ["hang up"],
    }
    done = bench.scrape(How(count=2))
    assert (done.downloaded, done.skipped) == (2, {})
    assert (bench.output / "100-sound-0.mp3").read_bytes() == content(100, "mp3")
    assert not list(bench.output.glob(".*"))


def test_what_never_works_is_skipped_or_ends_the_run(bench: Bench) -> None:
    bench.state.troubles = {
        "/data/previews/100-hq.mp3": ["truncated"] * 99,
        "/data/previews/101-hq.mp3": [404],
        "/data/previews/102-hq.mp3": ["html"],
    }
    done = bench.scrape(How(count=2))
    assert "breaks off" in done.skipped["100"]
    assert "404" in done.skipped["101"]
    assert "text/html" in done.skipped["102"]
    assert done.downloaded == 2
    assert not list(bench.output.glob(".*"))
    bench.state.troubles = {"/apiv2/search/": [500] * 99}
    with pytest.raises(WebError, match="after 6 attempts: 500"):
        bench.scrape()
    bench.state.troubles = {"/apiv2/search/": ["html"]}
    with pytest.raises(WebError, match="not answer in JSON"):
        bench.scrape()
    bench.state.troubles = {"/apiv2/search/": [(400, 'Invalid "filter"', {})]}
    with pytest.raises(WebError, match="400: Invalid"):
        bench.scrape()


def test_no_answer_at_all() -> None:
    client = Client(
        "http://127.0.0.1:9", Manners(attempts=2, timeout_seconds=1), sleep=lambda _: None
    )
    with pytest.raises(WebError, match=r"no answer from http://127\.0\.0\.1:9/x after 2 attempts"):
        client.open("http://127.0.0.1:9/x", {})


def test_secrets_stay_at_home(bench: Bench, serve: Callable[[Any], str]) -> None:
    other = Freesound()
    elsewhere = serve(other.handler())
    bench.state.troubles = {
        "/apiv2/sounds/100/download/": [f"{elsewhere}/data/previews/100-hq.mp3"],
        "/data/previews/100-hq.mp3": [f"{elsewhere}/x.mp3"],
    }
    done = bench.scrape(How(count=1, originals=True))
    assert "redirects elsewhere" in done.skipped["100"]
    bench.scrape(How(count=1))
    assert other.asked == [], "not even visited"
    for path in ("file:///etc/passwd", f"{elsewhere}/y.mp3", "http://169.254.169.254/latest/", ""):
        bench.state.sounds[2]["previews"] = {"preview-hq-mp3": path}
        done = bench.scrape(How(count=9))
        assert done.skipped["102"] in {"has its preview-hq-mp3 elsewhere", "has no preview-hq-mp3"}
    assert other.asked == []
    previews = [shown for path, shown in bench.state.shown if "/previews/" in path]
    assert previews
    assert set(previews) == {None}, "previews need no token, and get none"
    for path in bench.output.rglob("*"):
        assert KEY.encode() not in path.read_bytes()
        assert OAUTH.encode() not in path.read_bytes()
    assert not any(KEY in path or OAUTH in path for path in bench.state.asked)
    assert KEY not in repr(Secrets(KEY, OAUTH))


def test_a_redirect_at_home_is_followed(bench: Bench) -> None:
    bench.state.troubles = {"/data/previews/100-hq.mp3": ["/data/previews/107-hq.mp3"]}
    bench.scrape(How(count=1))
    assert (bench.output / "100-sound-0.mp3").read_bytes() == content(107, "mp3")
    bench.state.troubles = {"/data/previews/101-hq.mp3": ["/data/previews/101-hq.mp3"] * 50}
    done = bench.scrape(How(count=2))
    assert done.skipped.keys() == {"101"}, "not in circles for ever"


def test_only_the_server_and_its_sub_domains_are_visited() -> None:
    client = Client("https://freesound.org")
    for good in ("https://freesound.org/x", "https://cdn.freesound.org/previews/1/1_2-hq.mp3"):
        assert client.may_visit(good)
    for bad in (
        "http://freesound.org/x",
        "https://freesound.org.evil.com/x",
        "https://evilfreesound.org/",
        "https://freesound.org@evil.com/",
        "https://freesound.org:8443/x",
        "ftp://freesound.org/",
        "file:///etc/passwd",
        "https://freesound.org\\@evil.com/",
        "https://[::1/",
        "",
    ):
        assert not client.may_visit(bad), bad
    for bad in ("http://freesound.org", "ftp://freesound.org", "freesound.org", "http://[x"):
        with pytest.raises(InputError):
            Client(bad)


def test_hostile_names_become_plain_ones(bench: Bench) -> None:
    nasty = [
        "../../etc/passwd", "/abs", "a\\b:c*?.wav", "con", "", "x" * 300, "\u202etxt.exe\n\r",
        "Ein schöner Klang.WAV", "日本語", "](javascript:alert(1)) <script>",
    ]  # fmt: skip
    for sound, name in zip(bench.state.sounds, nasty, strict=False):
        sound.update(name=name, username=name or "nobody", license=LICENCES["Attribution"])
        sound["licence_name"] = "Attribution"
    bench.scrape(How(count=99), licences=("by",))
    assert len(bench.files()) >= 10
    for name in bench.files():
        assert re.fullmatch(r"\d+(-[a-z0-9-]{1,60})?\.mp3", name), name
    assert "107-ein-schoner-klang.mp3" in bench.files()
    text = (bench.output / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "](javascript" not in text
    assert all(mark.isprintable() or mark == "\n" for mark in text)
    assert len(bench.rows()) == len(bench.files())
    assert bench.rows()[0]["title"] == "../../etc/passwd"


def test_results_that_are_not_as_documented_are_passed_over(bench: Bench) -> None:
    bench.state.sounds[0]["id"] = "../../x"
    bench.state.sounds[1]["name"] = None
    bench.state.sounds[2]["duration"] = -1
    assert bench.scrape().downloaded == 6


def test_the_old_name_of_the_search_is_tried(bench: Bench) -> None:
    bench.state.old_name_only = True
    assert bench.scrape(How(count=7)).downloaded == 7


def test_queries_are_checked_and_escaped() -> None:
    odd = Query("rain", tags=('a" OR license:"x', "b\\"))
    assert odd.filter().endswith(r'tag:"a\" OR license:\"x" tag:"b\\"')
    for wrong in (
        {"licences": ("gpl",)},
        {"licences": ()},
        {"sort": "best"},
        {"shortest_seconds": 3, "longest_seconds": 2},
    ):
        with pytest.raises(InputError):
            Query("rain", **wrong)


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        ("http://creativecommons.org/publicdomain/zero/1.0/", "cc0", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by/4.0/", "by", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc/3.0/", "by-nc", "CC-BY-NC-3.0"),
        ("http://creativecommons.org/licenses/sampling+/1.0/", "sampling+", "CC-Sampling-Plus-1.0"),
        ("Attribution NonCommercial", "by-nc", "Attribution NonCommercial"),
        ("all rights\nreserved", "", "all rights reserved"),
    ],
)
def test_licences_have_their_spdx_names(url: str, kind: str, name: str) -> None:
    assert licence_kind(url) == kind
    assert licence_name(url) == name


def test_names_keep_to_the_sounds_number() -> None:
    sound = Sound(id=7, name="A.wav.WAV", username="u", license="")
    assert file_name(sound, ".ogg") == "7-a-wav.ogg"


def test_tokens_come_from_files_or_the_environment_and_are_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{KEY}\n")
    assert read_secret("X", path, {"X": "other"}) == KEY
    assert read_secret("X", None, {"X": KEY}) == KEY
    assert read_secret("X", None, {}) == ""
    for text in ("two words", "line\r\nInjected: 1", "ümlaut", ""):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="holds no token") as caught:
            read_secret("X", path, {})
        assert text == "" or text not in str(caught.value)
    with pytest.raises(InputError, match="cannot read"):
        read_secret("X", tmp_path / "gone", {})


def test_a_folder_that_cannot_be_written(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    bench.output = tmp_path / "file" / "out"
    with pytest.raises(OutputError, match="cannot write"):
        bench.scrape()


def test_the_command(bench: Bench, tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    def run(*more: str, **environment: str) -> subprocess.CompletedProcess[str]:
        code = "from latent_resonance.cli.old_names import scraper; scraper()"
        return subprocess.run(
            [
                sys.executable, "-c", code, "--query", "rain", "--output", str(tmp_path / "cli"),
                "--count", "2", "--per-minute", "60", "--server", bench.client.home, *more,
            ],
            capture_output=True,
            text=True,
            env={**os.environ, "FREESOUND_TOKEN": "", **environment},
        )  # fmt: skip

    done = run("--json", FREESOUND_TOKEN=KEY)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["downloaded"] == 2
    refused = run()
    assert refused.returncode == 1
    assert refused.stderr.startswith("resonance: freesound needs a token in FREESOUND_TOKEN")
    assert len(refused.stderr.splitlines()) == 1
    wrong = run(FREESOUND_TOKEN="wrong-token")
    assert wrong.returncode == 1
    assert "wrong-token" not in wrong.stdout + wrong.stderr
    assert run("--licence", "gpl", FREESOUND_TOKEN=KEY).returncode == 1
