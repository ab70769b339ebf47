"""Encoders for bundles whose generator stays as it is."""

import json
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from click.testing import CliRunner
from pickles import network_pickle
from texture_forge import SIZE, bases, forge_texture

from latent_resonance.bundles.find import find_bundle
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import (
    InputError,
    MediaError,
    MissingPartError,
    ResonanceError,
)
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.data.held_out import is_held_out
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.networks import stylegan2
from latent_resonance.networks.encoder import Encoder
from latent_resonance.sound.unknown import unknown_db
from latent_resonance.training.checkpoint import Checkpoint, save
from latent_resonance.training.encoder import loop
from latent_resonance.training.encoder.add import add_encoder
from latent_resonance.training.encoder.begin import new_encoder
from latent_resonance.training.encoder.effort import EncoderEffort
from latent_resonance.training.encoder.frozen import FrozenGenerator
from latent_resonance.training.encoder.judge import at_top
from latent_resonance.training.encoder.loop import Taught, teach
from latent_resonance.training.encoder.losses import (
    band_loss,
    cell_loss,
    place_loss,
    spectral_loss,
)
from latent_resonance.training.encoder.masked import MaskedEncoder
from latent_resonance.training.encoder.masks import hide, hide_end
from latent_resonance.training.encoder.perceptual import find_perceptual
from latent_resonance.training.encoder.real_clips import RealClips
from latent_resonance.training.importing.bundle import SoundCodec, import_network
from latent_resonance.training.progress import TrainingProgress
from latent_resonance.training.refine import Refiner

BRIEF = EncoderEffort(steps=6, batch=4, judge_every=3)
LAYOUT = SpectrogramFormat(sample_rate=16_000, n_fft=128, hop=16, columns=64, range_db=80.0)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A StyleGAN2 of somebody else's: weights disturbed, no encoder."""
    folder = tmp_path_factory.mktemp("imported")
    torch.manual_seed(0)
    settings: dict[str, Any] = {
        "z_dim": 8,
        "c_dim": 2,
        "w_dim": 8,
        "img_resolution": 32,
        "img_channels": 1,
        "mapping_kwargs": {"num_layers": 2},
        "channel_base": 128,
        "channel_max": 8,
    }
    state = {
        name: (value + 0.1 * torch.randn_like(value) * ("filter" not in name)).numpy()
        for name, value in stylegan2.Generator(**settings).state_dict().items()
    }
    (folder / "theirs.pkl").write_bytes(network_pickle(state, settings))
    out = folder / "theirs.resonance"
    import_network(folder / "theirs.pkl", out, codec=SoundCodec(64, 16, 16_000))
    return out


def own_windows(path: Path, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Places of a bundle and their windows, as loud as they are."""
    with FrozenGenerator(read_bundle(path)) as generator:
        places = generator.draw(count, np.random.default_rng(seed))
        return places, generator.levels(places)


def test_an_encoder_learns_places_and_the_rest_of_the_bundle_stays(
    bare: Path, taught: tuple[Path, dict[str, Any]]
) -> None:
    path, told = taught
    before, after = read_bundle(bare), read_bundle(path)
    assert {k: v for k, v in after.members.items() if k != "encoder.onnx"} == dict(before.members)
    assert told["judged_by"] == "sounds of its own"
    assert told["after"]["loss"] < 0.4 * told["before"]["loss"]
    assert after.space.knows_unknown
    assert not before.space.knows_unknown
    places, windows = own_windows(path, 12, 99)
    with Explorer(after) as texture:
        found = np.array([texture.encode(one) for one in at_top(windows, LAYOUT)])
    # Loudness is taken out, so that not all of a place can be found; guessing has an error of 1.
    assert ((found - places) ** 2).mean() < 0.5 * (places**2).mean()


def test_the_cut_off_comes_back_nearer_than_with_silence(
    taught: tuple[Path, dict[str, Any]],
) -> None:
    path, _ = taught
    _, windows = own_windows(path, 24, 5)
    top = at_top(windows, LAYOUT)
    cut = hide_end(top, LAYOUT, 0.6)
    assert (cut != top).any(axis=(1, 2)).all()
    middle, adds = bases()
    with Explorer(read_bundle(path)) as texture:

        def missed(shown: np.ndarray) -> float:
            found = np.array([texture.encode(one) for one in shown])
            again = np.clip(middle + np.tensordot(found, adds, 1), -80, 0)
            return float(np.abs(again - windows).mean())

        whole, unknown, silent = missed(top), missed(cut), missed(np.maximum(cut, -80))
    assert whole < unknown < 0.7 * silent


def test_an_encoder_that_knew_no_unknown_hears_whole_windows_as_before() -> None:
    torch.manual_seed(0)
    inner = Encoder(1, SIZE, width=16)
    whole = torch.rand(2, 1, 64, 64) * 2 - 1
    steady = whole[:, :, :, :1].expand_as(whole).clone()
    masked = MaskedEncoder(inner)
    with torch.no_grad():
        torch.testing.assert_close(masked(whole), inner(whole))
        # What is steady is heard from its part; the middle of a hole is the mean of the rest.
        held = steady.clone()
        held[:, :, :, 10:50] = -3
        torch.testing.assert_close(masked(held), inner(steady))
        masked.by_mask.weight.normal_()
        torch.testing.assert_close(masked(whole), inner(whole))
        assert (masked(held) - inner(steady)).abs().max() > 0.01


def test_a_query_by_a_clip_that_was_cut_off(
    taught: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    path, _ = taught
    with Explorer(read_bundle(path)) as texture:
        w = 0.7 * texture.seeded(2)
        sound = texture.sound(w)
        soundfile.write(tmp_path / "part.wav", 0.5 * sound[:600] / np.abs(sound).max(), 16_000)
        found = texture.example(tmp_path / "part.wav")
        apart = [np.abs(texture.levels(found) - texture.levels(w)).mean()]
        others = [
            np.abs(texture.levels(texture.seeded(s)) - texture.levels(w)).mean()
            for s in range(3, 13)
        ]
        assert apart[0] < np.median(others)
        refined = Refiner(texture.bundle, 5)
        again = texture.example(tmp_path / "part.wav", refined)
    assert np.isfinite(again).all()


def test_real_clips_are_learned_from_and_those_kept_back_only_judged_by(
    bare: Path, clips: Path, tmp_path: Path
) -> None:
    names = [f"{number}.wav" for number in range(40)]
    found = RealClips([clips], LAYOUT)
    assert len(found.held_out) == sum(map(is_held_out, names)) > 0
    assert len(found.clips) == 40 - len(found.held_out)
    batch = found.batch(8, np.random.default_rng(0))
    assert batch.shape == (8, 64, 64)
    np.testing.assert_allclose(batch.max(axis=(1, 2)), 0, atol=1e-4)
    out = tmp_path / "real.resonance"
    effort = EncoderEffort(steps=60, batch=8, rate=3e-3, judge_every=20)
    told = add_encoder(bare, out, data=[clips], effort=effort)
    assert told["judged_by"] == "held-out clips"
    assert told["windows"] == len(found.held_out)
    # The small generator has few sounds like these: it can come only a little nearer.
    assert told["after"]["loss"] < 0.97 * told["before"]["loss"]
    facts = read_bundle(out).facts["provenance"]
    assert facts["metrics"]["held_out_clips"] == len(found.held_out)
    assert {row["source"]: row["clips"] for row in facts["data"]} == {"somewhere": 40}


def lesson(path: Path, clips: list[Path], effort: EncoderEffort) -> torch.Tensor:
    """The averaged weights after a brief training, flat."""
    with FrozenGenerator(read_bundle(path)) as generator:
        material = RealClips(clips, generator.layout)
        encoder = new_encoder(generator, effort.seed)
        taught = teach(generator, material, encoder, effort, rate=1e-3)
    return torch.cat([one.flatten() for one in taught.encoder.parameters()])


def test_the_same_seed_gives_the_same_encoder(bare: Path, clips: Path) -> None:
    made = [lesson(bare, [clips], EncoderEffort(steps=4, batch=4, seed=s)) for s in (3, 3, 4)]
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])


@pytest.mark.slow
def test_an_imported_bundle_can_be_asked_by_example(
    imported: Path, clips: Path, tmp_path: Path
) -> None:
    from latent_resonance.cli.main import cli

    out, sound = tmp_path / "heard.resonance", tmp_path / "out.wav"
    words = ["--data", str(clips), "--steps", "6", "--batch", "4", "--json"]
    done = CliRunner().invoke(
        cli, ["models", "encoder", str(imported), "--output", str(out), *words]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["masked"] is True
    assert told["bundles_own"] is None
    query = ["render", "texture", "--bundle", str(out), "--query", str(clips / "3.wav")]
    played = CliRunner().invoke(cli, [*query, "--output", str(sound)])
    assert played.exit_code == 0, played.output
    assert soundfile.info(sound).frames > 0
    assert "encoder.onnx" not in read_bundle(imported).members


def test_gradients_live_beyond_the_range_and_levels_within_it_are_those_that_are_played(
    imported: Path, bare: Path
) -> None:
    for path in (imported, bare):
        with FrozenGenerator(read_bundle(path)) as generator:
            random = torch.Generator().manual_seed(0)
            place = (8 * torch.randn(1, generator.size, generator=random)).requires_grad_()
            free = generator.through(place)
            assert free.max() > 0
            played = generator.levels(place.detach().numpy())
            np.testing.assert_allclose(free.detach().clamp(-80, 0).numpy(), played, atol=0.01)
            free[free > 0].sum().backward()
            assert place.grad is not None
            assert place.grad.abs().sum() > 0


def test_going_on_from_a_checkpoint(bare: Path, tmp_path: Path) -> None:
    encoder = Encoder(1, SIZE, width=16)
    path = tmp_path / "checkpoint.safetensors"

    def checkpoint(tensors: dict[str, torch.Tensor]) -> Path:
        save(path, Checkpoint(1, 0.0, {}, tensors))
        return path

    state = {f"encoder_average/{k}": v.contiguous() for k, v in encoder.state_dict().items()}
    windows = at_top(own_windows(bare, 3, 1)[1], LAYOUT)
    with torch.no_grad():
        wanted = encoder(torch.from_numpy(windows)[:, None] / 40 + 1).numpy()
    still = EncoderEffort(steps=1, batch=2, rate=1e-12)
    out = tmp_path / "on.resonance"
    add_encoder(bare, out, weights=checkpoint(state), effort=still)
    with Explorer(read_bundle(out)) as texture:
        found = np.array([texture.encode(one) for one in windows])
    np.testing.assert_allclose(found, wanted, atol=0.03)
    for tensors, says in (
        ({"decoder/x": torch.zeros(1)}, "holds no encoder to go on from"),
        (
            {f"encoder/{k}": v.contiguous() for k, v in Encoder(1, 5, 16).state_dict().items()},
            "an encoder to 5 numbers, the bundle 'small' has 8",
        ),
        ({k: v for k, v in state.items() if "first" not in k}, "an encoder of another make"),
    ):
        with pytest.raises(InputError, match=says):
            add_encoder(bare, out, weights=checkpoint(tensors), effort=BRIEF)


def test_hidden_spans_are_unknown_and_the_rest_is_at_the_top() -> None:
    random = np.random.default_rng(0)
    levels = random.uniform(-60, -1, (200, 64, 64)).astype(np.float32)
    levels[:, 3, 0] = 0
    shown = hide(levels, LAYOUT, 0.25, random)
    unknown = (shown == unknown_db(LAYOUT)).all(axis=1)
    changed = unknown.any(axis=1)
    assert 0.15 < changed.mean() < 0.35
    assert unknown.sum(axis=1)[changed].min() >= 8
    assert unknown.sum(axis=1).max() <= 48
    np.testing.assert_array_equal(shown[~changed], levels[~changed])
    np.testing.assert_allclose(shown.max(axis=(1, 2)), 0, atol=1e-6)
    assert hide(levels[:9], LAYOUT, 1.0, random).min() == -160
    faint = np.full((1, 64, 64), -70, np.float32)
    faint[:, :, 60:] = 0
    np.testing.assert_array_equal(hide_end(faint, LAYOUT, 0.5), faint)


def test_losses_fall_towards_what_is_wanted_and_can_be_learned_from() -> None:
    torch.manual_seed(0)
    level = torch.rand(2, 64, 64) * 70 - 75
    away = torch.randn_like(level) * 6
    for loss in (
        lambda made: spectral_loss(made, level, 80.0),
        lambda made: cell_loss(made, level),
    ):
        values = [float(loss(level + share * away)) for share in (0.0, 0.25, 0.5, 1.0)]
        assert values == sorted(values)
        assert values[0] < 1e-5 < values[1]
    made = (level + away).requires_grad_()
    spectral_loss(made, level, 80.0).backward()
    assert made.grad is not None
    assert torch.isfinite(made.grad).all()
    silent = torch.full_like(level, -80).requires_grad_()
    cell_loss(silent, level).backward()
    assert torch.isfinite(silent.grad).all()
    # Another grain of the same kind is nearer than the mean of all grains, which is a blur.
    grain, other = (-40 + 12 * torch.randn(1, 64, 64) for _ in range(2))
    blur = torch.full_like(grain, -40)
    assert float(band_loss(other, grain)) < 0.4 * float(band_loss(blur, grain))
    assert float(spectral_loss(other, grain, 80.0)) < float(spectral_loss(blur, grain, 80.0))
    spread = torch.tensor([2.0, 1.0])
    assert float(place_loss(torch.tensor([[4.0, 0.0]]), torch.zeros(1, 2), spread)) == 2.0


def test_lpips_is_one_more_loss_where_it_is_installed(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lpips", None)
    out = tmp_path / "x.resonance"
    with pytest.raises(MissingPartError, match="pip install lpips"):
        add_encoder(bare, out, effort=EncoderEffort(steps=1, batch=2, perceptual="lpips"))
    assert not out.exists()
    asked: list[tuple[int, ...]] = []

    class Stand(torch.nn.Module):
        """As LPIPS is called: pictures of three channels in -1..1 to ``[n, 1, 1, 1]``."""

        def __init__(self, net: str, verbose: bool) -> None:
            super().__init__()
            assert net == "alex"

        def forward(self, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
            asked.append(tuple(one.shape))
            assert one.abs().max() <= 1
            assert other.abs().max() <= 1
            return (one - other).square().mean((1, 2, 3), keepdim=True)

    stand = types.ModuleType("lpips")
    stand.LPIPS = Stand  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lpips", stand)
    made = [
        lesson(bare, [], EncoderEffort(steps=3, batch=4, perceptual=name))
        for name in ("none", "lpips")
    ]
    assert asked == [(2, 3, 64, 64)] * 3
    assert not torch.equal(*made)
    with pytest.raises(ResonanceError, match="perceptual loss"):
        find_perceptual("vgg", 80.0)


def test_bad_input_is_told_in_a_line_and_nothing_is_written(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "x.resonance"
    (tmp_path / "empty").mkdir()
    silent = tmp_path / "silent"
    silent.mkdir()
    soundfile.write(silent / "a.wav", np.zeros(4_000), 16_000)
    (silent / "manifest.csv").write_text("file,label\na.wav,x\n")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.wav").write_text("no sound")
    (broken / "manifest.csv").write_text("file,label\na.wav,x\n")
    for path, options, says in (
        (bare, {"data": [tmp_path / "empty"]}, "manifest.csv"),
        (bare, {"data": [silent]}, "no clip there can be heard"),
        (bare, {"data": [broken]}, "no sound that can be read"),
        (bare, {"weights": tmp_path / "none.safetensors"}, "not a checkpoint"),
        (bare, {"effort": EncoderEffort(batch=1)}, "batches of 2"),
        (find_bundle("notes"), {}, "makes notes"),
        (forge_texture(tmp_path / "weightless.resonance"), {}, "carries no weights"),
        (tmp_path / "none.resonance", {}, "none.resonance"),
    ):
        with pytest.raises((InputError, MediaError, ResonanceError), match=says) as caught:
            add_encoder(path, out, **{"effort": BRIEF, **options})
        assert "\n" not in str(caught.value)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_encoder(bare, out, effort=EncoderEffort(steps=20, batch=2), on_progress=stop)
    assert not list(tmp_path.glob("*x.resonance*"))
    # The bundle's own encoder is not replaced by a worse one, and a bad clip is left out.
    own = tmp_path / "own.resonance"
    add_encoder(bare, own, effort=EncoderEffort(steps=60, batch=4))
    before = own.read_bytes()
    with pytest.raises(InputError, match="is better as it is"):
        add_encoder(own, own, effort=EncoderEffort(steps=1, batch=2))
    assert own.read_bytes() == before
    kept = tmp_path / "kept.resonance"
    whole = bare.read_bytes()
    kept.write_bytes(whole)
    with pytest.raises(KeyboardInterrupt):
        add_encoder(kept, kept, effort=EncoderEffort(steps=20, batch=2), on_progress=stop)
    assert kept.read_bytes() == whole


def test_a_training_that_was_cut_ends_as_one_that_was_not(
    bare: Path, clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_SAVED_SECONDS", 0.0)
    effort = EncoderEffort(steps=12, batch=4, threads=1, judge_every=4)
    kept = tmp_path / "kept.safetensors"

    def cut(now: TrainingProgress) -> None:
        if now.step > 9:
            raise RuntimeError(f"cut at step {now.step}")

    with FrozenGenerator(read_bundle(bare)) as generator:
        heard = RealClips([clips], generator.layout)

        def run(**more: Any) -> Taught:
            begin = new_encoder(generator, 0)
            return teach(generator, heard, begin, effort, rate=1e-3, **more)

        whole = run()
        with pytest.raises(RuntimeError, match="cut at step 10"):
            run(kept=kept, on_progress=cut)
        again = run(kept=kept)
        assert (again.step, again.after) == (whole.step, whole.after)
        for name, value in whole.encoder.state_dict().items():
            assert torch.equal(value, again.encoder.state_dict()[name]), name
