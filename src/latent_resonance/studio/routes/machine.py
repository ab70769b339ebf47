"""The machine: versions, devices, and whether everything is there."""

import platform
from importlib.metadata import PackageNotFoundError, version

from fastapi import APIRouter

from latent_resonance import __version__
from latent_resonance.engine.inspect_machine import examine, list_devices
from latent_resonance.models.engines.installed import ENGINES, installed_engines
from latent_resonance.studio.routes.answers import TheStudio
from latent_resonance.studio.schema import Schema

router = APIRouter(prefix="/api")

_TOLD = ("fastapi", "numpy", "openvino", "pydantic", "uvicorn", "websockets")


class About(Schema):
    """Who and what this is."""

    version: str
    python: str
    system: str
    licence: str
    packages: dict[str, str]
    engines: dict[str, str]
    folder: str
    remote: bool


class Devices(Schema):
    """What the server's machine has; cameras and MIDI ports of the page are the browser's."""

    speakers: list[str]
    engines: list[str]
    devices: dict[str, list[str]]


class Check(Schema):
    """One thing that was looked at."""

    what: str
    good: bool
    needed: bool
    finding: str


class Doctor(Schema):
    """Whether everything that playing needs is there."""

    healthy: bool
    checks: list[Check]


@router.get("/about")
def get_about(studio: TheStudio) -> About:
    """Versions of the studio, Python, packages and engines, and where data lies."""
    return About(
        version=__version__,
        python=platform.python_version(),
        system=platform.platform(),
        licence="MIT",
        packages={name: _version(name) for name in _TOLD},
        engines=installed_engines(),
        folder=str(studio.folder),
        remote=not studio.local,
    )


@router.get("/devices")
def get_devices() -> Devices:
    """Sound outputs and engines."""
    found = list_devices()
    fitting = {name: list(ENGINES[name]) for name in installed_engines()}
    return Devices(speakers=found["speakers"], engines=found["engines"], devices=fitting)


@router.get("/doctor")
def get_doctor() -> Doctor:
    """Try every part; takes some seconds."""
    checks = [
        Check(what=one.what, good=one.good, needed=one.needed, finding=one.finding)
        for one in examine()
    ]
    return Doctor(healthy=all(c.good or not c.needed for c in checks), checks=checks)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
