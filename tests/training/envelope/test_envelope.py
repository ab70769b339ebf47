"""A fine envelope is fitted to clips, carried by the bundle and played by all that plays it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip(
    "torch", reason="envelopes are fitted with the extra latent-resonance[train]"
)

from click.testing import CliRunner
from texture_forge import forge_texture

from latent_resonance.bundles.read import read_bundle
from latent_resonance.cli.models import models
from latent_resonance.contracts.errors import BundleError
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.models.engines.fine_envelope import ENVELOPE, envelope_of
from latent_resonance.sound.codec import decode
from latent_resonance.sound.fine_envelope import (
    BANDS,
    MOST_DB,
    VALUES,
    FineEnvelope,
    envelope_inputs,
)
from latent_resonance.training.envelope.fit import EnvelopeEffort, fit, judged
from latent_resonance.training.envelope.network import EnvelopeNetwork
from latent_resonance.training.envelope.pairs import Made, Pairs


def smeared(count: int, columns: int = 36) -> Pairs:
    """Sounds that rise by 40 dB over ten columns, of clips that rise within a quarter of one."""
    random = np.random.default_rng(0)
    at = random.integers(12, columns - 16, count)
    time = np.arange(columns * VALUES) / VALUES
    slow = np.clip((time[None] - at[:, None]) * 4.0, 0, 40) - 40
    sudden = np.where(time[None] > at[:, None] + 5, 0.0, -40.0)
    inputs = np.zeros((count, BANDS + 1, columns), np.float32)
    inputs += ((slow[:, ::VALUES] + 30) / 20)[:, None].astype(np.float32)
    rough = random.standard_normal(slow.shape)
    made = Made(inputs, (slow + rough).astype(np.float32))
    real = (sudden + random.standard_normal(slow.shape)).astype(np.float32)
    return Pairs(real, made, np.arange(count) % 4 == 0, made)


def test_a_fit_makes_what_was_smeared_sudden() -> None:
    torch.set_num_threads(1)
    pairs = smeared(16)
    network = fit(pairs, EnvelopeEffort(steps=60, seed=1))
    shares = judged(pairs, network)
    assert shares["kept_back_real"] == 1
    assert shares["kept_back_before"] == 0
    assert shares["kept_back_after"] >= 0.75
    assert shares["random_after"] >= 0.75


def test_numpy_plays_what_pytorch_fitted() -> None:
    torch.manual_seed(3)
    network = EnvelopeNetwork()
    level = np.random.default_rng(0).uniform(-80, 0, (256, 40)).astype(np.float32)
    with torch.no_grad():
        wanted = network(torch.from_numpy(envelope_inputs(level))[None])[0].numpy()
    found = FineEnvelope(network.tensors()).gains_db(level)
    assert found.shape == (40 * VALUES,)
    np.testing.assert_allclose(found, wanted, atol=0.05)  # weights in half precision
    assert np.abs(found).max() <= MOST_DB


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict]:
    """The bundle as it was, the bundle with an envelope, and what the command told."""
    folder = tmp_path_factory.mktemp("envelope")
    plain = forge_texture(folder / "plain.resonance")
    clips = folder / "clips"
    clips.mkdir()
    random = np.random.default_rng(0)
    for number in range(12):
        strike = random.standard_normal(1100) * np.exp(-np.arange(1100) / 300)
        strike[:200] *= 0.01
        soundfile.write(clips / f"{number}.wav", 0.2 * strike, 16_000)
    output = folder / "struck.resonance"
    words = ["envelope", str(plain), "--data", str(clips), "--output", str(output)]
    words += ["--steps", "6", "--random-sounds", "4", "--threads", "1", "--json"]
    result = CliRunner().invoke(models, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return plain, output, json.loads(result.output)


def test_the_command_adds_one_member_and_tells_shares(added: tuple[Path, Path, dict]) -> None:
    plain, output, told = added
    before, after = read_bundle(plain), read_bundle(output)
    assert after.members.keys() - before.members.keys() == {ENVELOPE}
    assert all(after.members[name] == data for name, data in before.members.items())
    assert after.seal != before.seal
    assert told["clips"] == 12
    assert 0 < told["kept_back"] < 12
    assert set(told["rise_share"]) >= {"kept_back_real", "random_before", "random_after"}


def test_what_plays_the_bundle_plays_its_envelope(added: tuple[Path, Path, dict]) -> None:
    plain, output, _ = added
    w = np.full(8, 0.3, np.float32)
    with Explorer(str(plain), threads=1) as one, Explorer(str(output), threads=1) as other:
        made, without = other.window(w), one.window(w)
        np.testing.assert_array_equal(made.level_db, without.level_db)
        assert without.envelope_db is None
        assert made.envelope_db is not None
        assert made.envelope_db.shape == (64 * VALUES,)
        wide = other.layout.widened(3, 110.0)
        assert np.array_equal(other.model_of(wide).generate(_at(w)).envelope_db, made.envelope_db)
        np.testing.assert_array_equal(other.sound(w), decode(made))
        assert np.abs(other.sound(w) - one.sound(w)).max() > 1e-4


def test_what_is_only_measured_has_no_envelope_worked_out(
    added: tuple[Path, Path, dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[np.ndarray] = []
    gains_db = FineEnvelope.gains_db
    with Explorer(str(added[1]), threads=1) as explorer:
        monkeypatch.setattr(
            FineEnvelope,
            "gains_db",
            lambda self, level: (calls.append(level), gains_db(self, level))[1],
        )
        w = np.full(8, 0.2, np.float32)
        explorer.levels(w)
        assert not calls
        window = explorer.window(w)
        assert window.envelope_db is window.envelope_db
        assert len(calls) == 1


def _at(w: np.ndarray):
    from latent_resonance.contracts.values import Latent

    return Latent(w)


def test_an_envelope_that_does_not_fit_is_refused(added: tuple[Path, Path, dict]) -> None:
    from safetensors.numpy import save

    bundle = read_bundle(added[1])
    tensors = EnvelopeNetwork().tensors()
    for wrong in (
        {k: v for k, v in tensors.items() if k != "bias/2"},
        tensors | {"weight/1": tensors["weight/1"][:, :4]},
        tensors | {"bias/0": tensors["bias/0"][:3]},
    ):
        members = {**bundle.members, ENVELOPE: save(wrong)}
        with pytest.raises(BundleError, match="is of no use"):
            envelope_of(replace(bundle, members=members))
