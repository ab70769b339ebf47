"""How this program shows itself to other audio programs."""

import os
from types import SimpleNamespace

import pytest

from latent_resonance.sound import devices


@pytest.fixture
def jack_name(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What PortAudio was told to be called in JACK."""
    told: list[bytes] = []
    library = SimpleNamespace(PaJack_SetClientName=told.append)
    monkeypatch.setattr(devices.ctypes, "CDLL", lambda name: library)
    for name in ("PIPEWIRE_ALSA", "PULSE_PROP_OVERRIDE"):
        # Set first, so that what the code sets is taken back.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return told


def test_patch_bays_and_mixers_show_this_program(jack_name: list[bytes]) -> None:
    devices._name_this_client()
    assert jack_name == [b"Latent Resonance"]
    assert 'node.name = "Latent Resonance"' in os.environ["PIPEWIRE_ALSA"]
    assert os.environ["PULSE_PROP_OVERRIDE"] == 'application.name="Latent Resonance"'


def test_a_name_of_ones_own_stays(jack_name: list[bytes], monkeypatch) -> None:
    monkeypatch.setenv("PIPEWIRE_ALSA", '{ node.name = "left stage" }')
    devices._name_this_client()
    assert os.environ["PIPEWIRE_ALSA"] == '{ node.name = "left stage" }'


def test_a_portaudio_without_jack_is_played_all_the_same(jack_name, monkeypatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open")

    monkeypatch.setattr(devices.ctypes, "CDLL", missing)
    devices._name_this_client()
    monkeypatch.setattr(devices.ctypes, "CDLL", lambda name: SimpleNamespace())
    devices._name_this_client()
    assert jack_name == []
