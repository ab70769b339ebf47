"""The way through moods: driven by energy, nearly still in silence, a pulse that comes and goes."""

import itertools

import numpy as np
import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import Controls, Spec, Tempo
from latent_resonance.navigate import mood_path
from latent_resonance.navigate.paths.mood_points import AXES, mood_points
from latent_resonance.sense.listening.controls import CONTROLS

DT = 1 / 30
STILL = {"wander": 0.0, "breath": 0.0, "drift_speed": 0.0}


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
    way = walk(part, 7, energy=1.0, flow_speed=0.0, **STILL)
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
        latent, state = part.step(
            state, Controls(n * DT, {"pulse": float(n in {0, 1}), **STILL}), DT
        )
        zooms.append(float(latent.w[zoom]))
    assert 0 < zooms[0] < zooms[1] < 0.95 * max(zooms)
    assert max(zooms) <= np.log2(1.06) + 1e-6
    assert zooms[-1] < 0.02 * max(zooms)


def test_a_pulse_pushes_the_waves_on_as_it_rises_unless_they_stand() -> None:
    space = open_bundle("fields").space
    part = navigator(moods=["calm"])
    flow = np.linalg.pinv(np.array([one.vector for one in space.directions.values()]).T)[
        list(space.directions).index("flow")
    ]

    def gone(**values: float) -> float:
        first, *_, last = walk(part, 0.2, **values, **STILL)
        return float(flow @ (last - first))

    assert gone(energy=1.0, pulse=1.0) > 1.8 * gone(energy=1.0) > 0
    standing = gone(energy=1.0, pulse=1.0, flow_speed=0.0)
    assert standing == pytest.approx(gone(energy=1.0, flow_speed=0.0), abs=1e-4)


def test_sliders_move_directions_and_shares_lead_to_moods() -> None:
    space = open_bundle("fields").space
    part = navigator(moods=["calm"], glide_seconds=0.0)
    plain = walk(part, 0.1)[-1]
    lit = walk(part, 0.1, light=5.0)[-1]
    np.testing.assert_allclose(lit - plain, 5 * space.directions["light"].vector, atol=1e-5)


def test_what_music_gives_drives_it_by_itself() -> None:
    lines = navigator().suggest(CONTROLS)
    assert lines["energy"].source == ("rms",)
    assert lines["pulse"].source == ("pulse",)
    assert lines["warmth"].source == ("bass",)
    assert lines["harmony_x"].source == ("harmony_x",)
    assert lines["mood_energy"].source == ("mood_energy",)
    assert "mood_energy" not in navigator(led_by="path").suggest(CONTROLS)


def test_a_model_without_directions_or_moods_is_walked_too() -> None:
    rng = np.random.default_rng(0)
    places = {name: rng.standard_normal(8).astype(np.float32) for name in ("one", "two")}
    part = navigator(LatentSpace.of(8, places), path="slerp")
    assert length(walk(part, 2, energy=1.0, pulse=1.0)) > 0
    alone = navigator(LatentSpace.of(8, {}))
    assert length(walk(alone, 1, energy=1.0, wander=0.0)) == 0


def test_a_point_leads_to_the_moods_around_it() -> None:
    space = open_bundle("fields").space
    part = navigator(mood_seconds=1.0, harmony=0.0)
    names = [name for name in space.shown if name in space.offered]
    points = mood_points(space, np.array([space.place(name) for name in names]))
    for goal in (0, 5):
        point = dict(zip(AXES, points[goal].tolist(), strict=True))
        end = walk(part, 3, energy=1.0, flow_speed=0.0, **STILL, **point)[-1]
        away = [float(np.linalg.norm(end - space.place(name))) for name in names]
        assert int(np.argmin(away)) == goal


def test_any_set_of_moods_covers_the_whole_range() -> None:
    rng = np.random.default_rng(1)
    moods = rng.standard_normal((7, 16)).astype(np.float32)
    for space in (LatentSpace.of(16, {}), open_bundle("fields").space):
        some = moods if space.size == 16 else space.examples[:7]
        np.testing.assert_allclose(
            np.sort(mood_points(space, some), axis=0),
            np.tile(np.linspace(-1, 1, 7), (4, 1)).T,
            atol=1e-6,
        )
    np.testing.assert_array_equal(mood_points(LatentSpace.of(16, {}), moods[:1]), np.zeros((1, 4)))


def test_slerp_keeps_the_length_of_places() -> None:
    rng = np.random.default_rng(0)
    places = rng.standard_normal((5, 32)).astype(np.float32)
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    space = LatentSpace.of(32, {f"m{k}": w for k, w in enumerate(places)})
    lengths = {}
    for path in ("slerp", "lerp"):
        part = navigator(space, path=path, led_by="path", mood_seconds=1.0)
        lengths[path] = [np.linalg.norm(w) for w in walk(part, 5, energy=1.0, **STILL)]
    np.testing.assert_allclose(lengths["slerp"], 1, atol=1e-5)
    assert min(lengths["lerp"]) < 0.9


def test_a_loop_closes_on_the_beat() -> None:
    part = navigator(LatentSpace.of(8, {"one": np.ones(8, np.float32)}), loop_beats=4)
    state, seen = part.start(), []
    for n in range(round(8 / DT)):
        tempo = Tempo(n * DT, 120.0, (2 * n * DT) % 1.0)
        values = {"energy": 0.5, "wander": 1.0}
        latent, state = part.step(state, Controls(n * DT, values, tempo=tempo), DT)
        seen.append(latent.w)
    period = round(2 / DT)  # four beats of 0.5 s
    for n in range(period, len(seen) - period, 17):
        np.testing.assert_allclose(seen[n], seen[n + period], atol=1e-3)
    assert length(seen[period : 2 * period]) > 1


def test_keys_turn_the_hue_the_shorter_way_and_only_where_they_are_clear() -> None:
    space = open_bundle("fields").space
    hue = int(np.abs(space.directions["hue"].vector).argmax())
    part = navigator(moods=["calm"], harmony=1.0)

    def turned(seconds: float, **values: float) -> float:
        return float(walk(part, seconds, **values)[-1][hue])

    assert turned(12, harmony_y=1.0) == pytest.approx(0.5, abs=0.02)  # A: a quarter round
    assert turned(12, harmony_y=-1.0) == pytest.approx(-0.5, abs=0.02)
    assert abs(turned(1, harmony_y=0.05)) < 0.05


def test_flash_lifts_the_light_only_when_asked() -> None:
    space = open_bundle("fields").space
    light = int(np.abs(space.directions["light"].vector).argmax())
    part = navigator(moods=["calm"])
    plain, lit = (walk(part, 0.3, pulse=1.0, flash=f)[-1][light] for f in (0.0, 1.0))
    assert plain == pytest.approx(space.place("calm")[light], abs=0.15)
    assert lit > plain + 0.3
    bare = navigator(LatentSpace.of(8, {"one": np.ones(8, np.float32)}))
    latent, _ = bare.step(bare.start(), Controls(0.0, {"pulse": 1.0, "flash": 1.0}), DT)
    assert latent.play["picture_gain"] > 1


def test_truncation_leads_to_the_mean() -> None:
    space = open_bundle("fields").space
    part = navigator(moods=["ember"])
    still = {"flow_speed": 0.0, **STILL}
    np.testing.assert_allclose(walk(part, 0.1, truncation=0.0, **still)[-1], space.mean, atol=1e-4)


def test_a_mood_that_is_not_there_is_named() -> None:
    with pytest.raises(AssemblyError, match="no mood called 'joy'"):
        navigator(moods=["joy"])
