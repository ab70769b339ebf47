"""The way through moods: driven by energy, nearly still in silence, a pulse that comes and goes."""

import itertools

import numpy as np
import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import Controls, Spec
from latent_resonance.navigate import mood_path
from latent_resonance.sense.listening.controls import CONTROLS

DT = 1 / 30


def navigator(space: LatentSpace | None = None, **options: object) -> mood_path.Part:
    part = mood_path.Part(mood_path.Options(**options))
    part.prepare(Spec(space=space or open_bundle("fields").space))
    return part


def walk(part: mood_path.Part, seconds: float, **values: float) -> list[np.ndarray]:
    state, way = part.start(), []
    for n in range(round(seconds / DT)):
        latent, state = part.step(state, Controls(n * DT, values), DT)
        way.append(latent.w)
    return way


def length(way: list[np.ndarray]) -> float:
    return float(sum(np.linalg.norm(b - a) for a, b in itertools.pairwise(way)))


def test_energy_sets_the_pace_and_silence_nearly_stops_it() -> None:
    part = navigator()
    silent, soft, loud = (length(walk(part, 4, energy=e)) for e in (0.0, 0.5, 1.0))
    assert 0 < silent < 0.2 * soft < 0.5 * loud


def test_it_leads_through_all_moods_and_back_without_a_jump() -> None:
    space = open_bundle("fields").space
    moods = ["calm", "ember", "ocean"]
    part = navigator(moods=moods, mood_seconds=2.0)
    way = walk(part, 7, energy=1.0, flow_speed=0.0)
    for name in moods:
        assert min(np.abs(w - space.place(name)).max() for w in way) < 0.2
    steps = [float(np.linalg.norm(b - a)) for a, b in itertools.pairwise(way)]
    assert max(steps) < 4 * float(np.median(steps))


def test_a_pulse_rises_over_frames_and_is_gone_in_a_second() -> None:
    space = open_bundle("fields").space
    part = navigator(moods=["calm"])
    zoom = int(np.abs(space.directions["zoom"].vector).argmax())
    state, zooms = part.start(), []
    for n in range(40):
        latent, state = part.step(state, Controls(n * DT, {"pulse": float(n in {0, 1})}), DT)
        zooms.append(float(latent.w[zoom]))
    assert 0 < zooms[0] < 0.75 * max(zooms)
    assert max(zooms) <= np.log2(1.06) + 1e-6
    assert zooms[-1] < 0.02 * max(zooms)


def test_sliders_move_directions_and_shares_lead_to_moods() -> None:
    space = open_bundle("fields").space
    part = navigator(moods=["calm"], glide_seconds=0.0)
    plain = walk(part, 0.1)[-1]
    lit = walk(part, 0.1, light=5.0)[-1]
    np.testing.assert_allclose(lit - plain, 5 * space.directions["light"].vector, atol=1e-5)


def test_what_music_gives_drives_it_by_itself() -> None:
    lines = navigator().suggest(CONTROLS)
    assert lines["energy"].source == ("rms",)
    assert lines["pulse"].source == ("beat",)
    assert lines["warmth"].source == ("bass",)


def test_a_model_without_directions_or_moods_is_walked_too() -> None:
    rng = np.random.default_rng(0)
    places = {name: rng.standard_normal(8).astype(np.float32) for name in ("one", "two")}
    part = navigator(LatentSpace.of(8, places), path="slerp")
    assert length(walk(part, 2, energy=1.0, pulse=1.0)) > 0
    alone = navigator(LatentSpace.of(8, {}))
    assert length(walk(alone, 1, energy=1.0)) == 0


def test_a_mood_that_is_not_there_is_named() -> None:
    with pytest.raises(AssemblyError, match="no mood called 'joy'"):
        navigator(moods=["joy"])
