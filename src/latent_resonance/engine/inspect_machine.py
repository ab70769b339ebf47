"""Looks at the machine: devices that can be used, and what playing still lacks."""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.errors import (
    DeviceError,
    MissingPartError,
    ResonanceError,
    in_a_line,
)
from latent_resonance.contracts.registry import OWN, ROOMS, find_part, list_parts
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.engine.inspect_painters import PAINTERS
from latent_resonance.engine.recipe import list_recipes, load_recipe, user_recipe_folder
from latent_resonance.models.engines.installed import (
    ENGINES,
    how_to_install,
    installed_engines,
)
from latent_resonance.models.engines.quiet_onnxruntime import load_onnxruntime
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.sense.face_models.obtain import missing_models
from latent_resonance.sense.face_tracking.camera import list_cameras
from latent_resonance.sense.listening.inputs import list_monitors
from latent_resonance.sound.devices import list_sound_devices
from latent_resonance.sound.midi_ports import list_midi_ports


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``needed`` is false for what only some uses need."""

    what: str
    good: bool
    needed: bool
    finding: str


def list_devices() -> dict[str, list[str]]:
    """Names of sound, camera and MIDI devices, and engines; empty lists where there are none."""
    return {
        "speakers": _speakers(),
        "microphones": _microphones(),
        "cameras": _cameras(),
        "midi inputs": _midi(),
        "midi outputs": _midi(outputs=True),
        "engines": _engines(),
    }


def examine() -> list[Finding]:
    """Everything that playing needs, looked at for real: each part is tried, not asked about."""
    return [
        Finding("Python", True, True, f"{platform.python_version()} on {platform.platform()}"),
        _try("face models", _face_models, needed=True),
        *(_try(f"bundle {name}", partial(_play, name), needed=True) for name in list_bundles()),
        *(_try(f"engine {name}", partial(_engine, name), name == "openvino") for name in ENGINES),
        *(_try(f"text to image, {name}", look, needed=False) for name, look in PAINTERS.items()),
        _try("recipes", _recipes, needed=False),
        _try("parts of others", foreign_parts, needed=False),
        _try("sound card", lambda: _first(_speakers(), "no sound card"), needed=False),
        _try("camera", lambda: _first(_cameras(), "no camera"), needed=False),
    ]


def _try(what: str, look: Callable[[], str], needed: bool) -> Finding:
    try:
        return Finding(what, True, needed, look())
    except (ResonanceError, OSError) as error:
        return Finding(what, False, needed, in_a_line(error))


def _face_models() -> str:
    missing = missing_models()
    if missing:
        raise OSError(
            f"{', '.join(missing)} missing; run: "
            "python -m latent_resonance.sense.face_models.obtain"
        )
    return "in place"


def _recipes() -> str:
    names = [load_recipe(str(path)).name for path in list_recipes().values()]
    return f"{', '.join(names)}; your own go to {user_recipe_folder()}"


def foreign_parts() -> str:
    """Those that other packages bring; which of them cannot be imported is raised."""
    every = [entry for room in ROOMS for entry in list_parts(room).values()]
    foreign = [entry for entry in every if entry.origin != OWN]
    broken = []
    for entry in foreign:
        try:
            entry.load()
        except ResonanceError as error:
            broken.append(str(error))
    if broken:
        raise OSError("; ".join(broken))
    return ", ".join(f"{entry.name} ({entry.room})" for entry in foreign) or "none"


def _engine(name: str) -> str:
    versions = installed_engines()
    if name not in versions:
        raise OSError(how_to_install(name))
    return f"{versions[name]}, {_play(next(iter(list_bundles())), name)}"


def _play(name: str, engine: str = "auto") -> str:
    bundle = open_bundle(name)
    model = find_part("models", engine).make({}, bundle)
    try:
        began = time.perf_counter()
        model.prepare(Spec(format=bundle.format))
        ready = time.perf_counter()
        model.generate(Latent(np.zeros(model.latent_size, np.float32)))
        done = time.perf_counter()
    finally:
        model.close()
    chosen = f" on {model.engine} in {model.precision}" if engine == "auto" else f" of {name}"
    return f"loads in {ready - began:.1f} s, a window{chosen} in {1e3 * (done - ready):.0f} ms"


def _first(names: list[str], none: str) -> str:
    if not names:
        raise OSError(none)
    return names[0]


def _speakers(*, inputs: bool = False) -> list[str]:
    try:
        return [str(device) for device in list_sound_devices(inputs=inputs)]
    except ResonanceError:
        return []


def _microphones() -> list[str]:
    return [*_speakers(inputs=True), *list_monitors()]


def _cameras() -> list[str]:
    return [str(camera) for camera in list_cameras()]


def _midi(*, outputs: bool = False) -> list[str]:
    """Ports; without their driver, how to get it."""
    try:
        return list_midi_ports(outputs=outputs)
    except MissingPartError as error:
        return [str(error)]
    except DeviceError:
        return []


def _engines() -> list[str]:
    """Each installed engine with what it finds; asking PyTorch takes a second."""
    found = []
    for name, version in installed_engines().items():
        try:
            found.append(f"{name} {version}: {', '.join(_DEVICES[name]())}")
        except (ImportError, OSError, RuntimeError) as error:
            found.append(f"{name} {version}: broken ({str(error).splitlines()[0]})")
    return found


def _openvino_devices() -> list[str]:
    return [str(device) for device in load_openvino().Core().available_devices]


def _onnxruntime_devices() -> list[str]:
    from latent_resonance.models.onnxruntime import PROVIDERS

    there = load_onnxruntime().get_available_providers()
    return [device for device, provider in PROVIDERS.items() if provider in there]


def _torch_devices() -> list[str]:
    from latent_resonance.models.torch import list_devices

    return list_devices()


_DEVICES = {
    "openvino": _openvino_devices,
    "onnxruntime": _onnxruntime_devices,
    "torch": _torch_devices,
}
