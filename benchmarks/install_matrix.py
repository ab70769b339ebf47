"""Installs the built wheel (and sdist) into clean environments, and lets each make a sound.

    python benchmarks/install_matrix.py dist/*.whl dist/*.tar.gz --python 3.12 --installer pip

A row for each Python and installer: seconds of the install, megabytes that it takes, seconds of the
first `resonance render`, and whether the file that it wrote sounds. The installers' caches are the
machine's own: the first row of each pays for the downloads. What is not on this machine is left out
and named. Not part of CI: it takes minutes and gigabytes.
"""

import argparse
import array
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path

INSTALLERS = ("pip", "uv", "pipx", "uvx")
_RENDER = ("render", "texture", "--prototype", "rain", "--seconds", "2", "--output", "rain.wav")
_WINDOWS = os.name == "nt"
# Nothing of a checkout may be found by what was installed; and where Python may not keep what it
# compiled, as some images have it, each command would compile all that it imports anew.
_OTHERS = ("PYTHONPATH", "VIRTUAL_ENV", "UV_FIND_LINKS")
_COMPILED = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
CLEAN = {k: v for k, v in os.environ.items() if k not in {*_OTHERS, *_COMPILED}}


def main() -> int:
    """Exit codes: 0 every environment sounded, 1 not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("package", type=Path, nargs="+", help="wheel, sdist or both")
    parser.add_argument("--python", action="append", help="such as 3.12; repeatable")
    parser.add_argument("--installer", action="append", choices=INSTALLERS, help="repeatable")
    parser.add_argument("--json", type=Path, help="file for the rows")
    given = parser.parse_args()
    rows = []
    print("| package | python | installer | install, s | MB | first sound, s | level, dB |")
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for package in given.package:
        for version in given.python or ["3.11", "3.12", "3.13"]:
            python = _find_python(version)
            for installer in given.installer or INSTALLERS:
                row = {"package": package.suffix, "python": version, "installer": installer}
                missing = None if python else f"no Python {version}"
                if (
                    installer != "pip"
                    and shutil.which("uv" if installer == "uvx" else installer) is None
                ):
                    missing = f"no {installer}"
                rows.append(
                    row | ({"skipped": missing} if missing else _one(installer, python, package))
                )
                print(_line(rows[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0 if all("fault" not in row for row in rows) else 1


def _one(installer: str, python: str, package: Path) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="install-") as name:
        folder = Path(name)
        where = folder / "environment"
        environment = CLEAN | {
            "PIPX_HOME": str(where),
            "PIPX_BIN_DIR": str(folder / "bin"),
            "UV_TOOL_DIR": str(where),
            "PIP_CACHE_DIR": os.environ.get(
                "PIP_CACHE_DIR", str(Path(tempfile.gettempdir()) / "pip")
            ),
        }
        run = _runner(folder, environment)
        path = str(package.resolve())
        try:
            started = time.monotonic()
            command = _INSTALL[installer](run, where, python, path)
            install = time.monotonic() - started
            run([*command, "--version"])
            started = time.monotonic()
            run([*command, *_RENDER])
            return {
                "install_seconds": round(install, 1),
                "megabytes": round(_megabytes(_environment(installer, where, run, command))),
                "render_seconds": round(time.monotonic() - started, 1),
                "level_db": round(_level_db(folder / "rain.wav"), 1),
            }
        except subprocess.CalledProcessError as error:
            last = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
            return {"fault": f"{' '.join(map(str, error.cmd))[:60]}: {' '.join(last)[:200]}"}
        except (OSError, ValueError) as error:
            return {"fault": str(error)[:200]}


_Run = Callable[[list[str]], str]


def _by_pip(run: _Run, where: Path, python: str, path: str) -> list[str]:
    run([python, "-m", "venv", str(where)])
    run([str(_script(where, "python")), "-m", "pip", "install", "-q", path])
    return [str(_script(where, "resonance"))]


def _by_uv(run: _Run, where: Path, python: str, path: str) -> list[str]:
    run(["uv", "venv", "-q", "--python", python, str(where)])
    run(
        [
            "uv",
            "pip",
            "install",
            "-q",
            "--link-mode=copy",
            "--python",
            str(_script(where, "python")),
            path,
        ]
    )
    return [str(_script(where, "resonance"))]


def _by_pipx(run: _Run, where: Path, python: str, path: str) -> list[str]:
    run(["pipx", "install", "-q", "--python", python, path])
    return [str(where.parent / "bin" / ("resonance.exe" if _WINDOWS else "resonance"))]


def _by_uvx(run: _Run, where: Path, python: str, path: str) -> list[str]:
    command = ["uvx", "-q", "--python", python, "--from", path, "resonance"]
    run([*command, "--version"])
    return command


_INSTALL = {"pip": _by_pip, "uv": _by_uv, "pipx": _by_pipx, "uvx": _by_uvx}


def _runner(folder: Path, environment: dict[str, str]) -> _Run:
    def run(words: list[str]) -> str:
        done = subprocess.run(
            words,
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=1800,
        )
        return done.stdout

    return run


def _environment(installer: str, where: Path, run: _Run, command: list[str]) -> Path:
    """Where it was put; uvx keeps its environments in its cache."""
    if installer != "uvx":
        return where
    code = "import sys; print(sys.prefix)"
    return Path(run([*command[:-1], "python", "-c", code]).strip())


def _find_python(version: str) -> str | None:
    named = shutil.which(f"python{version}")
    for path in (named, *_pyenv(version)):
        if path:
            told = subprocess.run(
                [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"],
                capture_output=True,
                text=True,
                check=False,
            )
            if told.stdout.startswith(f"{version} "):
                return told.stdout.split(maxsplit=1)[1].strip()
    return None


def _pyenv(version: str) -> list[str]:
    return [str(path) for path in Path.home().glob(f".pyenv/versions/{version}.*/bin/python")]


def _script(where: Path, name: str) -> Path:
    return where / ("Scripts" if _WINDOWS else "bin") / (f"{name}.exe" if _WINDOWS else name)


def _megabytes(folder: Path) -> float:
    return (
        sum(p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink()) / 1e6
    )


def _level_db(path: Path) -> float:
    """Root mean square of a 16- or 24-bit WAV file, dB of full scale.

    Raises:
        ValueError: it is silent.
    """
    from math import log10

    with wave.open(str(path), "rb") as file:
        width, data = file.getsampwidth(), file.readframes(file.getnframes())
    top = array.array("b", data[width - 1 :: width])  # of each sample the highest byte is enough
    power = sum(one * one for one in top) / max(1, len(top)) / 128**2
    if power < 1e-6:
        raise ValueError(f"{path.name} is silent")
    return 10 * log10(power)


def _line(row: dict[str, object]) -> str:
    start = f"| {row['package']} | {row['python']} | {row['installer']} |"
    if "skipped" in row or "fault" in row:
        return f"{start} {row.get('skipped') or 'FAILED: ' + str(row['fault'])} | | | |"
    keys = ("install_seconds", "megabytes", "render_seconds", "level_db")
    return f"{start} {' | '.join(str(row[key]) for key in keys)} |"


if __name__ == "__main__":
    sys.exit(main())
