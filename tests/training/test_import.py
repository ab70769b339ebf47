"""Foreign checkpoints become bundles that play the same pictures; bundles become ONNX files."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from pickles import dumped, module, network_pickle, small_state
from safetensors.numpy import load, load_file
from typed import Typed

from latent_resonance.bundles.find import describe, find_bundle
from latent_resonance.bundles.foreign.read import ForeignNetwork, read_network
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError, InputError, OutputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models.engines.weights import read_weights
from latent_resonance.networks import stylegan2, stylegan3
from latent_resonance.networks.mel_member import sound_network
from latent_resonance.sound.stft import magnitude_spectrogram
from latent_resonance.training.checkpoint import Checkpoint, gather, save
from latent_resonance.training.importing.build import build_generator
from latent_resonance.training.importing.bundle import Origin, SoundCodec, import_network
from latent_resonance.training.importing.check import difference, on_engine
from latent_resonance.training.importing.onnx_files import export_files

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = ROOT.parent / "shared" / "reference" / "stylegan"
NAMES = ["stylegan2_32x3", "stylegan2_64x1_cond", "stylegan3r_64x1_cond", "stylegan3t_64x3"]
SMALL: dict[str, Any] = {
    "z_dim": 8,
    "c_dim": 0,
    "w_dim": 12,
    "img_resolution": 32,
    "img_channels": 1,
    "mapping_kwargs": {"num_layers": 2},
    "channel_base": 128,
    "channel_max": 8,
}


@pytest.fixture(autouse=True)
def few_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", autouse=True)
def exported_once() -> Iterator[None]:
    """The same network is not exported anew: the exporter takes seconds, and gives the same file."""
    own, made = torch.onnx.export, {}

    def export(network: torch.nn.Module, inputs: Any, path: str, **how: Any) -> None:
        key = all_of(network, inputs, how)
        if key not in made:
            own(network, inputs, path, **how)
            made[key] = Path(path).read_bytes()
        Path(path).write_bytes(made[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.onnx, "export", export)
        yield


def all_of(network: torch.nn.Module, inputs: Any, how: dict[str, Any]) -> str:
    """A digest of a network's classes, attributes and weights, and of how it is exported."""
    digest = hashlib.sha256(repr(([value.shape for value in inputs], how)).encode())
    named = [*network.named_parameters(), *network.named_buffers()]
    for name, part in network.named_modules():
        digest.update(f"{name} {type(part)} ".encode())
        for key, value in sorted(vars(part).items()):
            if isinstance(value, torch.Tensor):
                named.append((f"{name}.{key}", value))
            elif not key.startswith("_"):
                digest.update(f"{key} {value!r} ".encode())
    for name, value in named:
        digest.update(f"{name} {value.shape} {value.dtype}".encode())
        digest.update(value.detach().numpy().tobytes())
    return digest.hexdigest()


def reference(name: str) -> tuple[dict[str, np.ndarray], dict[str, Any], dict[str, np.ndarray]]:
    if not REFERENCES.is_dir():
        pytest.skip("needs the shared StyleGAN references, which are not beside this checkout")
    return (
        load_file(REFERENCES / f"{name}.weights.safetensors"),
        json.loads((REFERENCES / f"{name}.json").read_text())["init_kwargs"],
        load_file(REFERENCES / f"{name}.io.safetensors"),
    )


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, Any]]:
    """A reference as a bundle of pictures or of sounds, and what was reported; made once."""
    made: dict[str, tuple[Path, Any]] = {}

    def make(name: str, codec: SoundCodec | None = None) -> tuple[Path, Any]:
        key = f"{name} {codec}"
        if key not in made:
            state, settings, _ = reference(name)
            folder = tmp_path_factory.mktemp("imported")
            path = forge(folder / f"{name}.pkl", state, settings)
            output = folder / f"{name}.resonance"
            made[key] = output, import_network(path, output, codec=codec)
        return made[key]

    return make


Imported = Callable[..., tuple[Path, Any]]


def forge(path: Path, state: dict[str, np.ndarray], settings: dict[str, Any], **how: Any) -> Path:
    path.write_bytes(network_pickle(state, settings, **how))
    return path


def small_network(seed: int = 0, **changes: Any) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Weights and settings of a small generator of ours, every kind of weight disturbed."""
    torch.manual_seed(seed)
    settings = {**SMALL, **changes}
    options = {k: v for k, v in settings.items() if k not in {"conv_clamp", "num_fp16_res"}}
    state = stylegan2.Generator(**options).state_dict()
    found = {}
    for name, value in state.items():
        disturb = "filter" not in name
        found[name] = (value + 0.1 * torch.randn_like(value) * disturb).numpy()
    return found, settings


@pytest.fixture
def pickled(tmp_path: Path) -> Callable[..., Path]:
    def make(**changes: Any) -> Path:
        return forge(tmp_path / "small.pkl", *small_network(**changes))

    return make


Pickled = Callable[..., Path]
Ours = tuple[dict[str, np.ndarray], dict[str, Any]]


@pytest.fixture(scope="module")
def taken_over(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, Any, Ours]]:
    """A small network of ours as a bundle: where, what was reported, and its own; made once."""

    @cache
    def make(c_dim: int, *, as_numpy: bool, architecture: str) -> tuple[Path, Any, Ours]:
        own = small_network(
            c_dim=c_dim, img_channels=3, architecture=architecture, img_resolution=16
        )
        folder = tmp_path_factory.mktemp("ours")
        path, origin = folder / "small.pkl", Origin("CC0-1.0", "a friend")
        forge(path, *own, as_numpy=as_numpy)
        output = folder / "x.resonance"
        report = import_network(path, output, name="mine", origin=origin)
        return output, report, own

    return make


@pytest.fixture
def typed(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> Typed:
    # Not in the folder of the test, which looks whether anything new is in it.
    return Typed(tmp_path_factory.mktemp("typed"), monkeypatch, capsys)


def alike(found: np.ndarray, wanted: np.ndarray) -> float:
    """The largest difference as a share of the range."""
    assert found.shape == wanted.shape
    return float(np.abs(found - wanted).max() / np.ptp(wanted))


def played(bundle: Bundle, member: str, *inputs: np.ndarray) -> np.ndarray:
    run = on_engine(bundle.members[member])
    return np.concatenate(
        [run([value[k : k + 1] for value in inputs]) for k in range(len(inputs[0]))]
    )


# Colours without classes are a network of ours below; turns and moves are those of both StyleGAN3.
@pytest.mark.parametrize(
    "name",
    [*NAMES[1:3], *(pytest.param(name, marks=pytest.mark.slow) for name in (NAMES[0], NAMES[3]))],
)
def test_the_references_come_through_as_pickle_bundle_and_onnx(
    imported: Imported, name: str
) -> None:
    _, settings, io = reference(name)
    path, report = imported(name)
    assert report["family"] == name[:9]
    assert report["synthesis_onnx_difference"] < 1e-4
    bundle = read_bundle(path)
    assert bundle.kind == "image"
    assert bundle.latent_size == settings["w_dim"]
    assert bundle.facts["picture"] == {
        "channels": settings["img_channels"],
        "height": settings["img_resolution"],
        "width": settings["img_resolution"],
    }
    given = [io["z"], io["c"]] if settings["c_dim"] else [io["z"]]
    w = played(bundle, "mapping.onnx", *given)
    w_avg = bundle.space.mean
    near = w_avg + np.float32(0.7) * (w - w_avg)
    for found, wanted in (
        (w, io["w"][:, 0]),
        (near, io["w_psi07"][:, 0]),
        (played(bundle, "synthesis.onnx", w), io["image"]),
        (played(bundle, "synthesis.onnx", near), io["image_psi07"]),
    ):
        assert alike(found, wanted) < 1e-4
    if "image_translated" in io:
        _, generator = build_generator(read_network(path.with_suffix(".pkl")))
        moved = torch.from_numpy(io["transform_of_translated"])
        generator.synthesis.input.transform.copy_(moved)
        with torch.no_grad():
            picture = generator.synthesis(torch.from_numpy(io["w"])).numpy()
        assert alike(picture, io["image_translated"]) < 1e-4


def test_a_small_stylegan3_can_be_moved_through_onnx(tmp_path: Path) -> None:
    """What the references above tell of our network, the exported one does as well."""
    torch.manual_seed(0)
    settings = {**SMALL, "img_resolution": 16, "num_layers": 3, "conv_kernel": 1}
    settings |= {"use_radial_filters": True}
    generator = stylegan3.Generator(**settings).eval()
    state = {name: value.numpy() for name, value in generator.state_dict().items()}
    path = forge(tmp_path / "small.pkl", state, settings)
    report = export_files(str(path), tmp_path / "out", movable=True)
    told = report["networks"]["synthesis.onnx"]
    assert told["inputs"] == {"w": [1, 12], "transform": [3, 3]}
    assert told["difference_share"] < 1e-4
    run = on_engine((tmp_path / "out" / "synthesis.onnx").read_bytes())
    w = torch.randn(1, 12)
    turned = np.array([[0.8, -0.6, 0.25], [0.6, 0.8, -0.125], [0, 0, 1]], np.float32)
    pictures = []
    for transform in (np.eye(3, dtype=np.float32), turned):
        generator.synthesis.input.transform.copy_(torch.from_numpy(transform))
        with torch.no_grad():
            wanted = generator.synthesis(w[:, None].expand(-1, generator.num_ws, -1)).numpy()
        pictures.append(run([w.numpy(), transform]))
        assert alike(pictures[-1], wanted) < 1e-4
    assert alike(*pictures) > 0.1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["stylegan3r_64x1_cond", "stylegan3t_64x3"])
def test_the_translated_references_come_through_onnx(
    imported: Imported, tmp_path: Path, name: str
) -> None:
    """The transform is an input of the exported network, as of NVIDIA's."""
    _, settings, io = reference(name)
    report = export_files(str(imported(name)[0]), tmp_path / "out", movable=True)
    told = report["networks"]["synthesis.onnx"]
    assert told["inputs"] == {"w": [1, settings["w_dim"]], "transform": [3, 3]}
    assert told["difference_share"] < 1e-4
    run = on_engine((tmp_path / "out" / "synthesis.onnx").read_bytes())
    for transform, wanted in (
        (io["transform_of_translated"], io["image_translated"]),
        (np.eye(3, dtype=np.float32), io["image"]),
    ):
        made = [run([io["w"][k : k + 1, 0], transform]) for k in range(len(wanted))]
        assert alike(np.concatenate(made), wanted) < 1e-4


def test_only_a_stylegan3_can_be_moved(tmp_path: Path, pickled: Pickled) -> None:
    for what in (str(pickled()), "drone"):
        with pytest.raises(InputError, match="only the pictures of a StyleGAN3 can be moved"):
            export_files(what, tmp_path / "out", movable=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime", "torch"])
@pytest.mark.parametrize(
    "name",
    ["stylegan2_64x1_cond", pytest.param("stylegan3r_64x1_cond", marks=pytest.mark.slow)],
)
def test_the_grey_references_play_on_every_engine(
    imported: Imported, name: str, engine: str
) -> None:
    """Through the player itself; what it plays ends at black and white, so both are cut there."""
    if engine == "onnxruntime":
        pytest.importorskip("onnxruntime")
    io = reference(name)[2]
    codec = SoundCodec(128, 32, 16_000, range_db=80.0, lowest_first=True)
    player = find_part("models", engine).make({}, read_bundle(imported(name, codec)[0]))
    player.prepare(Spec(threads=1))
    for place, wanted in (("w", "image"), ("w_psi07", "image_psi07")):
        for w, picture in zip(io[place][:, 0], io[wanted][:, 0], strict=True):
            found = player.generate(Latent(w)).level_db / 40 + 1
            assert np.abs(found - picture.clip(-1, 1)).max() < 1e-4 * np.ptp(picture)
    player.close()


@pytest.mark.slow
def test_pictures_need_not_be_square_nor_z_and_w_alike(tmp_path: Path) -> None:
    state, settings = small_network(img_resolution=(32, 64), z_dim=8, w_dim=12, img_channels=3)
    settings["img_resolution"] = [32, 64]
    path = forge(tmp_path / "wide.pkl", state, settings)
    report = import_network(path, tmp_path / "wide.resonance")
    assert report["picture"] == {"channels": 3, "height": 32, "width": 64}
    bundle = read_bundle(tmp_path / "wide.resonance")
    assert bundle.latent_size == 12
    w = played(bundle, "mapping.onnx", np.ones((1, 8), np.float32))
    assert played(bundle, "synthesis.onnx", w).shape == (1, 3, 32, 64)
    state, settings = small_network(img_resolution=(32, 64))
    import_network(
        forge(tmp_path / "wide.pkl", state, settings),
        tmp_path / "sound.resonance",
        codec=SoundCodec(64, 16, 16_000),
    )
    layout = read_bundle(tmp_path / "sound.resonance").format
    assert layout is not None
    assert (layout.bins, layout.columns) == (32, 64)


@pytest.mark.parametrize(
    ("as_numpy", "c_dim", "architecture"), [(False, 0, "resnet"), (True, 3, "skip")]
)
def test_a_small_network_of_ours_comes_through(
    taken_over, c_dim: int, as_numpy: bool, architecture: str
) -> None:
    path, report, (state, settings) = taken_over(
        c_dim, as_numpy=as_numpy, architecture=architecture
    )
    assert json.dumps(report)
    assert report["ignored"] == ["G", "D", "training_set_kwargs", "augment_pipe"]
    bundle = read_bundle(path)
    assert bundle.name == report["name"] == "mine"
    generator = stylegan2.from_nvidia(settings, {k: torch.from_numpy(v) for k, v in state.items()})
    z = torch.randn(3, 8, generator=torch.Generator().manual_seed(1))
    c = torch.eye(3)[:, :c_dim] if c_dim else torch.zeros(3, 0)
    with torch.no_grad():
        ws = generator.mapping(z, c if c_dim else None)
        wanted = generator.synthesis(ws, "const").numpy()
    given = [z.numpy(), c.numpy()] if c_dim else [z.numpy()]
    w = played(bundle, "mapping.onnx", *given)
    assert alike(w, ws[:, 0].numpy()) < 1e-5
    assert alike(played(bundle, "synthesis.onnx", w), wanted) < 1e-5
    places = load(bundle.members["latent.safetensors"])
    assert places["examples"].shape == (64, 12)
    assert places["directions"].shape[1] == 12
    expected = {f"label_{k}" for k in range(c_dim)} or {f"place_{k}" for k in range(1, 9)}
    assert set(bundle.space.places) == {"tone", *expected}
    facts = describe(bundle)
    assert facts["provenance"]["licence"] == "CC0-1.0"
    assert facts["provenance"]["data"][0]["source"] == "a friend"
    assert "sha256" in facts["provenance"]["data"][0]["attribution"]
    assert facts.get("conditioning", {}) == ({"label": ["0", "1", "2"]} if c_dim else {})
    assert bundle.members["preview.png"].startswith(b"\x89PNG")
    kept = read_weights(bundle).tensors
    assert kept.keys() == state.keys()
    assert all(np.array_equal(kept[name], value) for name, value in state.items())
    assert len(bundle.members["weights.safetensors"]) < sum(v.nbytes for v in state.values())


def small_stylegan3(**changes: Any) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    torch.manual_seed(0)
    settings = {**SMALL, "num_layers": 4, "conv_kernel": 1, "use_radial_filters": True, **changes}
    state = stylegan3.Generator(**settings).state_dict()
    return {name: value.numpy() for name, value in state.items()}, settings


def test_options_in_the_places_where_each_program_keeps_them() -> None:
    """StyleGAN2-ADA nests those of the synthesis; others tell how to compute or to begin."""
    state, settings = small_network()
    wanted = build_generator(ForeignNetwork("Generator", settings, state, "G_ema"))[1]
    common = {k: settings[k] for k in ("z_dim", "c_dim", "w_dim", "img_resolution", "img_channels")}
    widths = {"channel_base": 128, "channel_max": 8}
    mapping = {"num_layers": 2}
    w = torch.randn(1, wanted.num_ws, 12)
    for other in (
        {**common, "mapping_kwargs": mapping, "synthesis_kwargs": widths},
        {
            **common,
            "mapping_kwargs": mapping,
            "synthesis_kwargs": {
                **widths, "num_fp16_res": 4, "conv_clamp": 256, "architecture": "skip",
                "resample_filter": [1, 3, 3, 1], "fused_modconv_default": "inference_only",
            },
        },
        {**settings, "fused_modconv_default": "inference_only", "conv_clamp": None},
    ):  # fmt: skip
        family, found = build_generator(ForeignNetwork("Generator", other, state, "G_ema"))
        assert family == "stylegan2"
        assert torch.allclose(found.synthesis(w, "const"), wanted.synthesis(w, "const"), atol=1e-6)


def test_an_unconditional_network_may_carry_a_table_of_classes(tmp_path: Path) -> None:
    """As StyleGAN-XL's do, under options of its own."""
    state, settings = small_stylegan3()
    plain = build_generator(ForeignNetwork("Generator", settings, state, "G_ema"))[1]
    state["mapping.embed.weight"] = np.ones((10, 4), np.float32)
    settings["mapping_kwargs"] = {"num_layers": 2, "rand_embedding": False}
    network = read_network(forge(tmp_path / "xl.pkl", state, settings))
    family, found = build_generator(network)
    assert family == "stylegan3"
    z = torch.randn(1, 8)
    assert torch.equal(found(z), plain(z))


@pytest.mark.slow
def test_a_spectrogram_network_becomes_a_sound(tmp_path: Path, pickled: Pickled) -> None:
    path = pickled()
    made = {}
    for name, lowest_first in (("up", False), ("down", True)):
        codec = SoundCodec(64, 16, 16_000, range_db=60.0, lowest_first=lowest_first)
        import_network(path, tmp_path / f"{name}.resonance", codec=codec)
        bundle = read_bundle(tmp_path / f"{name}.resonance")
        assert bundle.kind == "sound"
        player = find_part("models", "openvino").make({}, bundle)
        player.prepare(Spec(threads=1))
        made[name] = player.generate(Latent(bundle.space.place("place_1"))).level_db
        player.close()
        assert bundle.members["preview.flac"].startswith(b"fLaC")
    _, generator = build_generator(read_network(path))
    w = torch.from_numpy(bundle.space.place("place_1"))
    with torch.no_grad():
        picture = generator.synthesis(w.expand(1, generator.num_ws, -1), "const")[0, 0].numpy()
    level = (picture.clip(-1, 1) - 1) * 30
    assert np.ptp(level) > 5
    assert np.abs(made["down"] - level).max() < 1e-3
    assert np.abs(made["up"] - level[::-1]).max() < 1e-3


@pytest.mark.slow
def test_mel_pictures_sound_like_what_they_show(tmp_path: Path, pickled: Pickled) -> None:
    """The network inside the bundle undoes the mel bands nearly as well as librosa."""
    librosa = pytest.importorskip("librosa")
    time_ = np.arange(64 * 128) / 16_000
    tone = sum(np.sin(2 * np.pi * 440 * k * time_) / k for k in range(1, 8)).astype(np.float32)
    bands = librosa.feature.melspectrogram(y=tone, sr=16_000, n_fft=512, hop_length=128, n_mels=64)
    level = librosa.power_to_db(bands, ref=np.max, top_db=80)[::-1, :64]
    shown = np.rint((level / 80 + 1) * 255).astype(np.uint8)

    class Shows(torch.nn.Module):
        def forward(self, w: Any, transform: Any = None) -> Any:
            return torch.from_numpy(shown[None, None].astype(np.float32)) / 127.5 - 1

    form = SpectrogramFormat(16_000, 512, 128, 64, 80.0, "hann")
    member = sound_network(Shows(), form, 64, lowest_first=False)
    level = member(torch.zeros(1, 4))[0].numpy()
    assert level.shape == (256, 64)
    assert level.max() == 0
    assert level.min() >= -80
    power = librosa.db_to_power((shown[::-1] / 255 - 1.0) * 80)
    wanted = librosa.feature.inverse.mel_to_stft(power, sr=16_000, n_fft=512)[:-1]
    real = magnitude_spectrogram(tone, 512, 128)[:-1, :64]
    offline, within = (
        np.linalg.norm(made / np.linalg.norm(made) - real / np.linalg.norm(real))
        for made in (wanted, 10 ** (level / 20))
    )
    assert within < 1.15 * offline
    assert within < 0.35
    assert np.abs(level[:, 10:50].mean(axis=1).argmax() * 16_000 / 512 - 440) < 40
    path, out = pickled(), tmp_path / "mel.resonance"
    report = import_network(path, out, codec=SoundCodec(128, 32, 16_000, mel=True))
    assert report["synthesis_onnx_difference"] < 1e-3
    bundle = read_bundle(out)
    player = find_part("models", "openvino").make({}, bundle)
    player.prepare(Spec(threads=1))
    assert np.ptp(player.generate(Latent(bundle.space.place("place_1"))).level_db) > 5
    export_files(str(out), tmp_path / "out")
    w = bundle.space.place("place_2")[None]
    found = on_engine((tmp_path / "out" / "synthesis.onnx").read_bytes())([w])
    assert np.abs(found - played(bundle, "synthesis.onnx", w)).max() < 0.1
    with pytest.raises(InputError, match="n_fft 64 or more, not 32"):
        import_network(path, out, codec=SoundCodec(32, 8, 16_000, mel=True))
    with pytest.raises(InputError, match="too large"):
        import_network(path, out, codec=SoundCodec(8192, 2048, 16_000, mel=True))


@pytest.mark.slow
def test_halved_weights_are_half_the_size_and_close(tmp_path: Path) -> None:
    path = forge(tmp_path / "x.pkl", *small_network(channel_base=1024, channel_max=32))
    import_network(path, tmp_path / "whole.resonance")
    report = import_network(path, tmp_path / "half.resonance", halve=True)
    whole, half = (read_bundle(tmp_path / f"{n}.resonance").members for n in ("whole", "half"))
    assert len(half["synthesis.onnx"]) < 0.65 * len(whole["synthesis.onnx"])
    assert 0 < report["synthesis_onnx_difference"] < 0.01


def test_a_codec_must_fit_the_picture(tmp_path: Path, pickled: Pickled) -> None:
    out = tmp_path / "x.resonance"
    for changes, codec, says in (
        ({}, SoundCodec(128, 32, 16_000), "n_fft 64, not 128"),
        ({}, SoundCodec(64, 32, 16_000), "quarter"),
        ({}, SoundCodec(64, 0, 16_000), "greater"),
        ({}, SoundCodec(64, 16, 1), "greater"),
        ({}, SoundCodec(64, 16, 16_000, range_db=-3), "greater"),
        ({"img_channels": 3}, SoundCodec(64, 16, 16_000), "these have 3 channels"),
    ):
        with pytest.raises(InputError, match=says):
            import_network(pickled(**changes), out, codec=codec)
    with pytest.raises(InputError, match="name"):
        import_network(pickled(), out, name="../evil")
    assert not out.exists()


def test_settings_that_the_weights_deny_are_refused_before_memory_is_taken() -> None:
    state, settings = small_network()
    broken = {**state, "mapping.w_avg": np.full(12, np.nan, np.float32)}
    more = {**state, "mapping.extra.weight": np.ones(3, np.float32)}
    less = {k: v for k, v in state.items() if k != "mapping.fc1.bias"}
    cases: list[tuple[dict[str, np.ndarray], dict[str, Any], str]] = [
        (state, {"img_resolution": 4096}, "rebuilt"),
        (state, {"img_resolution": 1 << 30}, "out of range"),
        (state, {"img_resolution": 48}, "power of two"),
        (state, {"img_resolution": 32.0}, "no size"),
        (state, {"img_resolution": [32, 32, 32]}, "no size"),
        (state, {"img_resolution": "32"}, "no size"),
        (state, {"img_channels": 10**6}, "out of range"),
        (state, {"channel_base": 1 << 20, "channel_max": 1 << 20}, "shape"),
        (state, {"channel_base": 10**12}, "out of range"),
        (state, {"channel_base": float("nan")}, "out of range"),
        (state, {"z_dim": 1 << 20}, "shape"),
        (state, {"z_dim": True}, "no size"),
        (state, {"w_dim": -1}, "no size"),
        (state, {"w_dim": None}, "no size"),
        (state, {"c_dim": 1000}, "lacks"),
        (state, {"mapping_kwargs": {"num_layers": 10**9}}, "out of range"),
        (state, {"mapping_kwargs": {"num_layers": 3}}, "lacks"),
        (state, {"mapping_kwargs": "all"}, "rebuilt"),
        (state, {"surprise": 1}, "not known"),
        (state, {"architecture": "resnet"}, "lacks synthesis.b16.skip"),
        (state, {"architecture": "dense"}, "'dense'"),
        (broken, {}, "not finite"),
        (more, {}, "does not belong"),
        (less, {}, "lacks mapping.fc1.bias"),
        ({}, {}, "neither StyleGAN2's nor StyleGAN3's"),
        (small_state(), {}, "rebuilt"),
        ({**state, "mapping.embed_proj.weight": np.ones(1)}, {}, "StyleGAN-XL"),
    ]
    state3, settings3 = small_stylegan3()
    cases += [
        (state3, {**settings3, **changes}, "rebuilt")
        for changes in (
            {"img_resolution": 4096}, {"margin_size": 1 << 20}, {"num_layers": 32},
            {"num_layers": 0}, {"filter_size": 32}, {"filter_size": 10**9}, {"first_cutoff": 0},
            {"first_stopband": float("inf")}, {"num_critical": -1}, {"conv_kernel": 3},
            {"lrelu_upsampling": 8}, {"channel_base": 1 << 20}, {"surprise": 1},
        )
    ]  # fmt: skip
    began = time.process_time()
    for weights, changes, says in cases:
        network = ForeignNetwork("Generator", {**settings, **changes}, weights, "G_ema")
        with pytest.raises(BundleError, match=says) as caught:
            build_generator(network)
        assert str(caught.value).startswith("this Generator cannot be rebuilt: "), changes
        assert str(caught.value).isprintable()
    assert time.process_time() - began < 30
    with pytest.raises(BundleError, match="z_dim"):
        build_generator(ForeignNetwork("Generator", {}, state, "G_ema"))


def test_export_writes_what_the_bundle_plays(tmp_path: Path, taken_over) -> None:
    import onnx

    bundle, *_ = taken_over(3, as_numpy=True, architecture="skip")
    path = bundle.with_name("small.pkl")
    for what, opset in (
        (bundle, None),
        (path, 20),
    ):
        folder = tmp_path / f"out-{opset}"
        report = export_files(str(what), folder, opset=opset)
        kept = json.loads((folder / "export.json").read_text())
        assert set(report["files"]) == {item.name for item in folder.iterdir()}
        assert kept["networks"] == report["networks"]
        for name, told in kept["networks"].items():
            model = onnx.load(str(folder / name))
            onnx.checker.check_model(model)
            assert told["opset"] == model.opset_import[0].version == (opset or 18)
            assert told["compared_with"] == "PyTorch"
            assert told["difference_share"] < 1e-5
        assert kept["networks"]["mapping.onnx"]["inputs"] == {"z": [1, 8], "c": [1, 3]}
        assert kept["networks"]["synthesis.onnx"]["outputs"] == {"image": [1, 3, 16, 16]}
    assert load_file(tmp_path / "out-None" / "latent.safetensors")["w_avg"].shape == (12,)
    with pytest.raises(OutputError, match="exists already"):
        export_files(str(path), tmp_path / "out-20")
    with pytest.raises(OutputError, match="cannot write"):
        export_files(str(path), tmp_path / "no" / "such")
    assert not list(tmp_path.glob(".*partial"))


@pytest.mark.parametrize(
    ("opset", "movable"),
    [
        pytest.param(19, True, marks=pytest.mark.slow),
        pytest.param(21, False, marks=pytest.mark.slow),
        pytest.param(22, False, marks=pytest.mark.slow),
        # 18, the usual one, and 20 are written above.
        pytest.param(23, False, marks=pytest.mark.slow),
    ],
)
def test_every_opset_that_is_offered_is_written(tmp_path: Path, opset: int, movable: bool) -> None:
    path = forge(tmp_path / "x.pkl", *small_stylegan3())
    told = export_files(str(path), tmp_path / "out", opset=opset, movable=movable)["networks"]
    assert ("transform" in told["synthesis.onnx"]["inputs"]) == movable
    for one in told.values():
        assert one["opset"] == opset
        assert one["difference_share"] < 1e-4


def test_a_network_that_overflows_is_refused(tmp_path: Path) -> None:
    """Finite weights, infinite pictures: nothing is written."""
    state, settings = small_network(img_resolution=8)
    for name in state:
        if name.endswith(("torgb.weight", "affine.bias")):
            state[name] = np.full_like(state[name], 1e30)
    with pytest.raises(BundleError, match=r"x.pkl: synthesis.onnx gives numbers that are not fin"):
        import_network(forge(tmp_path / "x.pkl", state, settings), tmp_path / "x.resonance")
    assert [item.name for item in tmp_path.iterdir()] == ["x.pkl"]


def test_differences_that_are_no_numbers_are_never_small() -> None:
    places = [[np.float32([value])] for value in (1, np.nan, 2)]
    for order in (places, places[::-1]):
        found = difference(lambda inputs: inputs[0], lambda inputs: inputs[0], order)
        assert np.isnan(found.largest)
    steps = [[np.float32([value])] for value in (1, 4, 2)]
    found = difference(lambda inputs: inputs[0] + 0.5, lambda inputs: inputs[0], steps)
    assert (found.largest, found.output_range) == (0.5, 3.0)


def test_only_g_and_a_network_alone_are_taken_g_ema_before_them(tmp_path: Path) -> None:
    state, settings = small_network()
    other, _ = small_network(seed=1)
    for content, taken in (
        (
            {
                "G": module(other, init_kwargs=settings),
                "G_ema": module(state, init_kwargs=settings),
            },
            "G_ema",
        ),
        ({"G": module(state, init_kwargs=settings)}, "G"),
        (module(state, init_kwargs=settings), "network"),
    ):
        path = tmp_path / "x.pkl"
        path.write_bytes(dumped(content))
        found = read_network(path)
        assert found.taken == taken
        assert found.state.keys() == state.keys()
        assert all(np.array_equal(found.state[name], value) for name, value in state.items())


@pytest.mark.slow
def test_export_of_a_sound_keeps_its_rows(tmp_path: Path, pickled: Pickled) -> None:
    codec = SoundCodec(64, 16, 16_000, range_db=60.0, lowest_first=True)
    import_network(pickled(), tmp_path / "x.resonance", codec=codec)
    export_files(str(tmp_path / "x.resonance"), tmp_path / "out")
    bundle = read_bundle(tmp_path / "x.resonance")
    w = bundle.space.place("place_2")[None]
    found = on_engine((tmp_path / "out" / "synthesis.onnx").read_bytes())([w])
    assert np.abs(found - played(bundle, "synthesis.onnx", w)).max() < 1e-3


@pytest.mark.parametrize(
    "name", ["fields", "notes", pytest.param("texture", marks=pytest.mark.slow)]
)
def test_every_network_of_a_default_bundle_is_exported(tmp_path: Path, name: str) -> None:
    """At sizes of its own choice, and given what it is given when it plays."""
    pytest.importorskip("onnxruntime")
    bundle = read_bundle(find_bundle(name))
    told = export_files(name, tmp_path / "out")["networks"]
    assert told.keys() == {one for one in bundle.members if one.endswith(".onnx")}
    for one, facts in told.items():
        assert (tmp_path / "out" / one).stat().st_size == facts["bytes"]
        # One pixel of a hard edge may be of the other side's colour.
        assert facts["difference_share"] < (0.1 if facts["outputs"].keys() == {"image"} else 0.01)
        assert facts["output_range"] < 1000, one


@pytest.mark.slow
def test_a_copy_of_another_opset_is_left_out(tmp_path: Path) -> None:
    assert "encoder.onnx" not in export_files("texture", tmp_path / "out", opset=20)["networks"]


def test_what_torch_save_wrote_is_exported_as_it_is_imported(tmp_path: Path) -> None:
    state, _ = small_network()
    path = tmp_path / "x.pt"
    torch.save({"g_ema": {name: torch.from_numpy(one) for name, one in state.items()}}, path)
    assert set(export_files(str(path), tmp_path / "out")["networks"]) == {
        "mapping.onnx",
        "synthesis.onnx",
    }


def test_export_of_a_bundle_whose_family_is_not_known_compares_engines(tmp_path: Path) -> None:
    told = export_files("drone", tmp_path / "out")["networks"]["synthesis.onnx"]
    try:
        import onnxruntime  # noqa: F401
    except ImportError:
        assert told["compared_with"] == "nothing"
    else:
        assert told["compared_with"] == "ONNX Runtime"
        assert told["difference_share"] < 1e-4
    with pytest.raises(InputError, match="opset 18 and cannot be made anew in 21"):
        export_files("drone", tmp_path / "other", opset=21)


@pytest.mark.slow
def test_export_of_checkpoints(tmp_path: Path) -> None:
    from latent_resonance.networks.autoencoder import AutoencoderSize, Decoder

    torch.manual_seed(0)
    decoder = Decoder(AutoencoderSize(8, hidden=16, channels=8))
    facts = {"latent": "8", "hidden": "16", "channels": "8"}
    path = tmp_path / "checkpoint.safetensors"
    save(path, Checkpoint(1, 0.0, facts, gather({"decoder_average": decoder}, {})))
    told = export_files(str(path), tmp_path / "decoder")["networks"]
    assert set(told) == {"synthesis.onnx"}
    assert told["synthesis.onnx"]["compared_with"] == "PyTorch"
    assert told["synthesis.onnx"]["difference_share"] < 1e-4
    save(
        path,
        Checkpoint(1, 0.0, {**facts, "hidden": "17"}, gather({"decoder_average": decoder}, {})),
    )
    with pytest.raises(InputError, match="whole decoder"):
        export_files(str(path), tmp_path / "broken")
    options = {k: v for k, v in SMALL.items() if k not in {"img_resolution", "c_dim"}}
    generator = stylegan2.Generator(c_dim=2, img_resolution=(32, 64), **options)
    facts = {"family": "stylegan2", "size": "(32, 64)", "channel_base": "128", "channel_max": "8"}
    save(path, Checkpoint(1, 0.0, facts, gather({"generator_average": generator}, {})))
    told = export_files(str(path), tmp_path / "generator")["networks"]
    assert told["synthesis.onnx"]["outputs"] == {"image": [1, 1, 32, 64]}
    assert max(one["difference_share"] for one in told.values()) < 1e-4
    for wrong, says in (
        ({"size": "what"}, "is no size"),
        ({"channel_max": "x"}, "whole generator"),
        ({"family": "dcgan"}, "family"),
    ):
        save(path, Checkpoint(1, 0.0, facts | wrong, gather({"generator_average": generator}, {})))
        with pytest.raises(InputError, match=says):
            export_files(str(path), tmp_path / "wrong")


@pytest.mark.slow
def test_export_of_checkpoints_of_our_own_generators(tmp_path: Path) -> None:
    torch.manual_seed(0)
    path = tmp_path / "checkpoint.safetensors"
    options = {k: v for k, v in SMALL.items() if k not in {"img_resolution", "c_dim"}}
    facts = {"family": "stylegan2", "size": "(32, 64)", "channel_base": "128", "channel_max": "8"}
    own = {
        "axes": 2, "speckle": 8, "mapping_kwargs": {"blur": 0.3}, "z_dim": options["w_dim"]
    }  # fmt: skip
    generator2 = stylegan2.Generator(c_dim=0, img_resolution=32, **(options | own))
    generator2.mapping.remember(torch.randn(40, options["w_dim"]))
    ours = {**facts, "size": "(32, 32)", "hop": "8", "speckle": "True", "near": "0.3"}
    save(path, Checkpoint(1, 0.0, ours, gather({"generator_average": generator2}, {})))
    told = export_files(str(path), tmp_path / "generator2")["networks"]
    assert told["synthesis.onnx"]["outputs"] == {"image": [1, 1, 32, 32]}
    assert max(one["difference_share"] for one in told.values()) < 1e-4
    settings = small_stylegan3(mapping_kwargs={"num_layers": 1})[1]
    generator3 = stylegan3.Generator(**settings)
    threes = {**facts, "family": "stylegan3", "size": "(32, 32)"}
    save(path, Checkpoint(1, 0.0, threes, gather({"generator_average": generator3}, {})))
    told = export_files(str(path), tmp_path / "generator3")["networks"]
    assert told["synthesis.onnx"]["outputs"] == {"image": [1, 1, 32, 32]}
    assert max(one["difference_share"] for one in told.values()) < 1e-4


def test_the_commands(tmp_path: Path, typed: Typed) -> None:
    state, settings = small_network()
    path, out = tmp_path / "small.pkl", tmp_path / "mine.resonance"
    path.write_bytes(dumped(module(state, init_kwargs=settings)))  # a network alone
    code, said, errors = typed(
        "models", "import", path, "--output", out, "--codec", "64,16,16000", "--rows",
        "lowest-first", "--licence", "CC0-1.0", "--json",
    )  # fmt: skip
    assert (code, errors) == (0, "")
    told = json.loads(said)
    assert (told["kind"], told["taken"]) == ("sound", "network")
    kept = read_weights(read_bundle(out)).tensors
    assert all(np.array_equal(kept[name], value) for name, value in state.items())
    assert "CC0-1.0" in typed("models", "show", out)[1]
    code, told, errors = typed("models", "export", out, "--output", tmp_path / "onnx")
    assert code == 0, errors
    assert "difference_share" in told
    assert "opset: 18" in told


def test_the_recipe_of_the_documentation_plays_an_imported_sound(typed: Typed) -> None:
    import soundfile

    text = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    recipe = text.partition("```toml\n")[2].partition("```")[0]
    state, settings = small_network(img_resolution=(32, 128))
    folder = typed.folder  # as it is typed there: in the folder of all of them
    path = forge(folder / "rain.pkl", state, settings)
    import_network(path, folder / "rain.resonance", codec=SoundCodec(64, 16, 16_000))
    (folder / "rain.toml").write_text(recipe)
    (folder / "take.csv").write_text("time,present,mouth,yaw_degrees\n0,1,0,0\n1,1,1,30\n")
    code, _, errors = typed(
        "render", "rain.toml", "--controls", "take.csv", "--output", "rain.wav", "--seconds", 0.5
    )
    assert code == 0, errors
    sound, rate = soundfile.read(folder / "rain.wav")
    assert len(sound) == rate / 2
    assert np.abs(sound).max() > 1e-3


def test_what_cannot_be_imported_is_one_line_and_leaves_nothing(
    tmp_path: Path, pickled: Pickled, typed: Typed
) -> None:
    canary, evil = tmp_path / "canary", tmp_path / "evil.pkl"
    evil.write_bytes(b"\x80\x04cos\nsystem\n(X" + len(f"touch {canary}").to_bytes(4, "little")
                     + f"touch {canary}".encode() + b"tR.")  # fmt: skip
    out, good = tmp_path / "out.resonance", pickled()
    before = sorted(tmp_path.iterdir())
    for arguments, says in (
        (("import", evil, "--output", out), "evil.pkl wants to call os.system: refused"),
        (("import", tmp_path / "no.pkl", "--output", out), "cannot read"),
        (("import", good, "--output", tmp_path / "no" / "x.resonance"), "cannot write"),
        (("import", good, "--output", out, "--codec", "64"), "N_FFT,HOP,SAMPLE_RATE"),
        (("export", evil, "--output", tmp_path / "onnx"), "wants to call os.system: refused"),
        (("export", "dron", "--output", tmp_path / "onnx"), "did you mean 'drone'"),
    ):
        typed.refused(says, "models", *arguments)
        assert sorted(tmp_path.iterdir()) == before, arguments
    assert not canary.exists()
