"""Executes the Dockerfile's steps without a container daemon, starts what it makes, and weighs it.

    sudo python3 container/run_in_chroot.py --target cpu --folder /var/tmp/image

Needs root on Debian or Ubuntu, ``debootstrap`` and ``unshare``. ``FROM debian:NAME-slim`` becomes
a debootstrap of that release, every ``RUN`` a command in a chroot; the made image is started as its
user, with its root read-only, and is asked what a visitor would ask. ``--certificates`` names a
file of root certificates, for networks that read along.
"""

import argparse
import fnmatch
import json
import os
import re
import shlex
import shutil
import signal
import string
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
MIRROR = "http://deb.debian.org/debian"
# What the slim images of Debian leave out.
SLIM = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "var/cache/apt")
CERTIFICATES = "/etc/ssl/certs/given.crt"
NAMES_OF_CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE")
MOST_SECONDS = 120
EXPECTED = {
    "without_token": 401,
    "with_token": 200,
    "healthy_when_stopped": False,
    "user": "10001",
    "root_is_read_only": "yes",
}


@dataclass
class Stage:
    """One ``FROM`` of the Dockerfile, as far as it has been carried out."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "0:0"
    health: list[str] = field(default_factory=list)
    entry: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)


def read_steps(text: str) -> list[tuple[str, str]]:
    """Instructions and their words, lines that go on put together."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    steps = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(name.upper(), words.strip()) for name, words in steps]


def needed_stages(steps: list[tuple[str, str]], target: str) -> set[str]:
    """The target, and what it is made from or copies from."""
    before: dict[str, set[str]] = {}
    name = ""
    for step, words in steps:
        if step == "FROM":
            origin, _, name = words.split()
            before[name] = {origin}
        elif found := re.match(r"--from=(\S+)", words):
            before[name].add(found[1])
    if target not in before:
        raise SystemExit(f"there is no target {target}; there are {', '.join(before)}")
    needed, waiting = set(), [target]
    while waiting:
        one = waiting.pop()
        needed.add(one)
        waiting += before.get(one, set()) - needed
    return needed


class Builder:
    """Carries the steps out, each stage in a folder of its own."""

    def __init__(self, folder: Path, certificates: Path | None, *, only_read: bool) -> None:
        self.folder = folder
        self.only_read = only_read
        self.certificates = certificates
        self.stages: dict[str, Stage] = {}
        self.refused = _ignored((REPOSITORY / ".dockerignore").read_text("utf-8"))

    def build(self, target: str) -> Stage:
        """The target's stage."""
        steps = read_steps((REPOSITORY / "Dockerfile").read_text("utf-8"))
        needed = needed_stages(steps, target)
        current: Stage | None = None
        for step, words in steps:
            if step == "FROM":
                origin, _, name = words.split()
                current = self._begin(origin, name) if name in needed else None
            elif current is not None and self.only_read and step in {"RUN", "COPY"}:
                continue
            elif current is not None:
                started = time.monotonic()
                getattr(self, f"_{step.lower()}")(current, words)
                print(f"{time.monotonic() - started:7.1f} s  {step} {words[:90]}", flush=True)
        return self.stages[target]

    def _begin(self, origin: str, name: str) -> Stage:
        root = self.folder / name
        if root.exists() and not self.only_read:
            shutil.rmtree(root)
        if origin in self.stages:
            was = self.stages[origin]
            if not self.only_read:
                subprocess.run(["cp", "-a", "--reflink=auto", was.root, root], check=True)
            made = Stage(root, dict(was.environment), was.folder, was.user, was.health, was.entry)
        else:
            made = Stage(root, {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"})
            if not self.only_read:
                self._debian(origin, root)
        self.stages[name] = made
        print(f"FROM {origin} AS {name}", flush=True)
        return made

    def _debian(self, image: str, root: Path) -> None:
        found = re.fullmatch(r"debian:(\w+)-slim", image)
        if not found:
            raise SystemExit(f"only debian:NAME-slim can be made here, not {image}")
        kept = self.folder / f"debian-{found[1]}"
        if not kept.exists():
            partial = kept.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            command = ["debootstrap", "--variant=minbase", found[1], str(partial), MIRROR]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            for name in SLIM:
                shutil.rmtree(partial / name, ignore_errors=True)
            for lists in (partial / "var/lib/apt/lists").glob("*_*"):
                lists.unlink()
            excluded = "".join(f"path-exclude /{name}/*\n" for name in SLIM[:4])
            (partial / "etc/dpkg/dpkg.cfg.d/slim").write_text(excluded)
            partial.rename(kept)
        subprocess.run(["cp", "-a", "--reflink=auto", kept, root], check=True)

    def _env(self, stage: Stage, words: str) -> None:
        for pair in shlex.split(words):
            name, value = pair.split("=", 1)
            stage.environment[name] = string.Template(value).safe_substitute(stage.environment)

    def _arg(self, stage: Stage, words: str) -> None:
        name, default = words.split("=", 1)
        stage.environment[name] = default

    def _run(self, stage: Stage, words: str) -> None:
        enter(stage, ["/bin/sh", "-c", words], self.certificates, check=True)

    def _workdir(self, stage: Stage, words: str) -> None:
        stage.folder = words
        (stage.root / words.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def _copy(self, stage: Stage, words: str) -> None:
        found = re.match(r"--from=(\S+)\s+(.*)", words)
        *sources, target = (found[2] if found else words).split()
        there = stage.root / (Path(stage.folder) / target).as_posix().lstrip("/")
        for source in sources:
            if found:
                origin = self.stages[found[1]].root / source.lstrip("/")
                there.parent.mkdir(parents=True, exist_ok=True)
                subprocess.run(["cp", "-a", "--reflink=auto", origin, there], check=True)
            else:
                self._from_context(source, there, target)

    def _from_context(self, source: str, there: Path, target: str) -> None:
        origin = REPOSITORY / source
        if self.refused(source):
            raise SystemExit(f".dockerignore keeps {source} away, but the Dockerfile copies it")
        if origin.is_dir():
            for path in sorted(p for p in origin.rglob("*") if p.is_file()):
                name = path.relative_to(REPOSITORY).as_posix()
                if not self.refused(name):
                    place = there / path.relative_to(origin)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(path, place)
        else:
            place = there / origin.name if target.endswith("/") else there
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, place)

    def _user(self, stage: Stage, words: str) -> None:
        stage.user = words

    def _volume(self, stage: Stage, words: str) -> None:
        (stage.root / words.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def _expose(self, stage: Stage, words: str) -> None:
        """Tells others; nothing to do."""

    def _healthcheck(self, stage: Stage, words: str) -> None:
        stage.health = json.loads(words.split("CMD", 1)[1])

    def _entrypoint(self, stage: Stage, words: str) -> None:
        stage.entry = json.loads(words)

    def _cmd(self, stage: Stage, words: str) -> None:
        stage.command = json.loads(words)


def enter(
    stage: Stage, command: list[str], certificates: Path | None = None, *, check: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run in a stage as its user, with a network and what a process needs to live."""
    started = begin(stage, command, certificates)
    output, _ = started.communicate()
    if check and started.returncode:
        raise SystemExit(
            f"{shlex.join(command)} ended with {started.returncode}:\n{output[-4000:]}"
        )
    return subprocess.CompletedProcess(command, started.returncode, output, "")


def begin(
    stage: Stage, command: list[str], certificates: Path | None = None, *, sealed: bool = False
) -> subprocess.Popen[str]:
    """The same, without waiting; ``sealed``: its root read-only but for /data and /tmp."""
    root = shlex.quote(str(stage.root))
    mounts = [
        f"mount --bind {root} {root}",
        f"mount -t proc proc {root}/proc",
        f"mount --rbind /dev {root}/dev",
        f"mount -o ro --rbind /sys {root}/sys",
    ]
    environment = dict(stage.environment)
    for name in ("resolv.conf", "hosts"):
        mounts += [f"touch {root}/etc/{name}", f"mount --bind /etc/{name} {root}/etc/{name}"]
    if certificates is not None:
        given = f"{root}{CERTIFICATES}"
        mounts += [f"mkdir -p $(dirname {given})", f"touch {given}"]
        mounts.append(f"mount --bind {shlex.quote(str(certificates))} {given}")
        environment |= dict.fromkeys(NAMES_OF_CERTIFICATES, CERTIFICATES)
    if sealed:
        mounts += [f"mount --bind {root}/data {root}/data", f"mount -t tmpfs tmpfs {root}/tmp"]
        mounts.append(f"mount -o remount,ro,bind {root}")
    words = shlex.join(["cd", stage.folder]) + " && exec " + shlex.join(command)
    inner = ["chroot", f"--userspec={stage.user}", str(stage.root), "/bin/sh", "-c", words]
    script = " && ".join([*mounts, "exec " + shlex.join(inner)])
    return subprocess.Popen(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", script],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _ignored(text: str):
    """Whether a path does not travel to the builder; the last line that fits decides."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]

    def refused(name: str) -> bool:
        steps = name.split("/")
        ways = ["/".join(steps[: n + 1]) for n in range(len(steps))]
        answer = False
        for line in lines:
            pattern = line.lstrip("!")
            forms = {pattern, pattern.removeprefix("**/")}
            if any(_fits(way, form) for way in ways for form in forms) or (
                pattern.startswith("**/") and any(_fits(s, pattern[3:]) for s in steps)
            ):
                answer = not line.startswith("!")
        return answer

    return refused


def _fits(name: str, pattern: str) -> bool:
    """As the shell matches: a star does not cross a slash."""
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))


def megabytes(root: Path) -> float:
    """What the files of a stage take, in 10^6 bytes, links once."""
    command = ["du", "-s", "-x", "--apparent-size", "-B1", str(root)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(out.split()[0]) / 1e6


def try_out(stage: Stage) -> dict[str, object]:
    """Start the studio sealed, as its user, and ask what a visitor asks."""
    studio = begin(stage, [*stage.entry, *stage.command], sealed=True)
    facts: dict[str, object] = {}
    try:
        started = time.monotonic()
        address = ""
        for line in studio.stdout:
            if found := re.search(r"http://\S+token=\S+", line):
                address = found[0]
                break
        if not address:
            raise SystemExit("the studio did not start")
        while enter(stage, stage.health).returncode:
            if time.monotonic() - started > MOST_SECONDS:
                raise SystemExit("the health check never passed")
            time.sleep(0.5)
        facts["seconds_to_healthy"] = round(time.monotonic() - started, 1)
        facts["without_token"] = _status(address.split("?")[0])
        facts["with_token"] = _status(address)
    finally:
        # To all of them: what changes its user is no longer ended with its parent.
        started = time.monotonic()
        os.killpg(studio.pid, signal.SIGTERM)
        studio.wait(MOST_SECONDS)
        facts["seconds_to_stop"] = round(time.monotonic() - started, 1)
    facts["healthy_when_stopped"] = enter(stage, stage.health).returncode == 0
    for name, words in {
        "user": "id -u",
        "root_is_read_only": "touch /usr/x /opt/x 2>/dev/null && echo no || echo yes",
        "bytes_of_a_sound": "resonance render texture --seconds 1 --quiet --output /data/a.wav "
        "&& stat -c %s /data/a.wav && rm /data/a.wav",
    }.items():
        sealed = begin(stage, ["/bin/sh", "-c", words], sealed=True)
        facts[name] = sealed.communicate()[0].strip()
    return facts


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def main() -> None:
    """Build, try, weigh; one JSON object at the end."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--target", default="cpu")
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--certificates", type=Path)
    asked.add_argument("--try-only", action="store_true", help="what an earlier run has made")
    options = asked.parse_args()
    if os.geteuid() or not shutil.which("debootstrap"):
        sys.exit("run this as root, with debootstrap installed (apt-get install debootstrap)")
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    made = Builder(folder, options.certificates, only_read=options.try_only).build(options.target)
    facts = {"target": options.target, "megabytes": round(megabytes(made.root)), **try_out(made)}
    print(json.dumps(facts, indent=2))
    wrong = [name for name, value in EXPECTED.items() if facts[name] != value]
    if wrong or not str(facts["bytes_of_a_sound"]).isdigit():
        sys.exit(f"not as it should be: {', '.join(wrong) or 'bytes_of_a_sound'}")


if __name__ == "__main__":
    main()
