"""What each family writes plays."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

pytest.importorskip("onnxscript", reason="training needs the extra latent-resonance[train]")

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Latent, Spec, Spectrogram
from latent_resonance.data.corpus import count_sources, synthetic_source
from latent_resonance.data.held_out import is_held_out
from latent_resonance.models.engines.member import Member
from latent_resonance.training import autoencoder_export
from latent_resonance.training.adversarial.material import gather_material
from latent_resonance.training.bundling import licence_of, provenance_of
from latent_resonance.training.run import train_bundle

# Exporters warn of their own future; nothing here can change that.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Bundle]:
    """The bundle of two steps of training, made once."""
    made: dict[str, Bundle] = {}

    def make(small_toml, family: str, changes: dict[str, object]) -> Bundle:
        key = f"{family} {changes}"
        if key not in made:
            folder = tmp_path_factory.mktemp("trained")
            recipe = small_toml(folder / "a.toml", family, steps=2, **changes)
            told = train_bundle(recipe, folder / "a" / "a.resonance")
            made[key] = read_bundle(Path(told["bundle"]))
        return made[key]

    return make


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        pytest.param("stylegan2", {"conditional": True}, marks=pytest.mark.slow),
        pytest.param("stylegan2", {"reconstruction": 1.0}, marks=pytest.mark.slow),
        ("stylegan2", {"reconstruction": 1.0, "near": 0.3, "speckle": True, "axes": 2}),
        pytest.param("stylegan3", {}, marks=pytest.mark.slow),
        ("stylegan3", {"variant": "r", "conditional": True, "layers": 4}),
        pytest.param("dcgan", {}, marks=pytest.mark.slow),
        ("dcgan", {"conditional": True}),
    ],
)
def test_a_trained_generator_plays(family, changes, small_toml, trained) -> None:
    bundle = trained(small_toml, family, changes)
    assert bundle.format is not None
    assert (bundle.format.bins, bundle.format.columns) == (32, 32)
    metrics = bundle.facts["provenance"]["metrics"]
    assert metrics["onnx_largest_difference"] < 0.5  # of 80 dB
    assert metrics["kimg"] == 0.0
    labels = bundle.facts["conditioning"].get("label", [])
    assert bool(labels) == bool(changes.get("conditional"))
    player = find_part("models", "openvino").make({}, bundle)
    player.prepare(Spec())
    random = np.random.default_rng(0)
    windows = []
    for _ in range(2):
        w = random.standard_normal(bundle.latent_size).astype(np.float32)
        made_here = player.generate(Latent(w))
        assert isinstance(made_here, Spectrogram)
        assert made_here.level_db.shape == (32, 32)
        assert np.isfinite(made_here.level_db).all()
        windows.append(made_here.level_db)
    assert not np.allclose(*windows)


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        ("stylegan2", {"reconstruction": 1.0, "near": 0.3, "speckle": True, "axes": 2}),
        ("stylegan3", {"variant": "r", "conditional": True, "layers": 4}),
        ("dcgan", {"conditional": True}),
        pytest.param("autoencoder", {"convolved": "plane"}, marks=pytest.mark.slow),
        ("autoencoder", {}),
        pytest.param("note_autoencoder", {}, marks=pytest.mark.slow),
    ],
)
def test_pytorch_rebuilds_it_from_the_weights_in_the_bundle(
    family, changes, small_toml, trained
) -> None:
    bundle = trained(small_toml, family, changes)
    random = np.random.default_rng(0)
    places = random.standard_normal((3, bundle.latent_size)).astype(np.float32)
    usual, other = (levels(engine, bundle, places) for engine in ("openvino", "torch"))
    assert usual.std() > 0
    assert np.abs(usual - other).max() < 1e-3 * 80


def levels(engine, bundle, places) -> np.ndarray:
    player = find_part("models", engine).make({"threads": 1}, bundle)
    player.prepare(Spec())
    return np.array([player.generate(Latent(w)).level_db for w in places])


def test_synthetic_pictures_train_beside_folders(small, pictures) -> None:
    folders = [{"path": pictures, "label": "source_repo"}]
    recipe = small("stylegan2", material="image", synthetic=9, folders=folders)
    material = gather_material(recipe)
    assert {"one", "other", "synthetic cells", "synthetic waves"} <= set(material.labels)
    assert synthetic_source(9) in material.sources
    batch, classes = material.batch(64, np.random.default_rng(0))
    assert batch.shape == (64, 3, 32, 32)
    assert -1 <= batch.min() < -0.5
    assert 0.5 < batch.max() <= 1
    assert set(classes.tolist()) <= set(range(len(material.labels)))
    alone = gather_material(small("stylegan2", material="image", synthetic=9))
    assert all(label.startswith("synthetic") for label in alone.labels)
    with pytest.raises(InputError, match="names no pictures"):
        gather_material(small("stylegan2", material="image", synthetic=0))


def test_other_bundles_draw_material(small) -> None:
    drawn = [{"bundle": "fields", "count": 5}]
    recipe = small("stylegan2", material="image", synthetic=0, drawn=drawn)
    material = gather_material(recipe)
    assert material.labels == ["drawn by fields"]
    (told,) = material.sources
    assert (told["source"], told["licence"], told["clips"]) == ("drawn by fields", "MIT", 5)
    batch, _ = material.batch(16, np.random.default_rng(0))
    assert batch.shape == (16, 3, 32, 32)
    assert len(np.unique(batch.reshape(16, -1), axis=0)) > 2, "places differ"
    with pytest.raises(InputError, match="makes no pictures"):
        gather_material(
            small("stylegan2", material="image", drawn=[{"bundle": "drone", "count": 2}])
        )
    with pytest.raises(ValueError, match="for images"):
        small("stylegan2", drawn=drawn)


def test_mirrored_pictures_are_the_same_turned(small) -> None:
    plain = gather_material(small("stylegan2", material="image", synthetic=9))
    turned = gather_material(small("stylegan2", material="image", synthetic=9, mirror=True))
    known = {one.numpy().tobytes() for one in plain.batch(200, np.random.default_rng(0))[0]}
    seen = turned.batch(200, np.random.default_rng(1))[0]
    as_they_are = [one.numpy().tobytes() in known for one in seen]
    mirrored = [one.flip(2).numpy().tobytes() in known for one in seen]
    assert all(one or other for one, other in zip(as_they_are, mirrored, strict=True))
    assert 60 < sum(mirrored) < 140


def test_pictures_come_out_in_colour(small_toml, pictures, tmp_path: Path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "stylegan2", steps=2, material="image", synthetic=0)
    text = recipe.read_text()
    folder = f'[[folders]]\npath = "{pictures.as_posix()}"\nlabel = "source_repo"\n'
    recipe.write_text(text + folder)
    made = train_bundle(recipe, tmp_path / "a" / "a.resonance")
    bundle = read_bundle(Path(made["bundle"]))
    assert bundle.kind == "image"
    assert bundle.facts["picture"] == {"height": 32, "width": 32, "channels": 3}
    w = np.random.default_rng(0).standard_normal(bundle.latent_size).astype(np.float32)
    made_here = Member(bundle, "synthesis.onnx").run(w=w)
    assert made_here.shape == (1, 3, 32, 32)
    assert np.isfinite(made_here).all()
    frames = []
    for engine in ("openvino", "torch"):
        player = find_part("models", engine).make({"threads": 1}, bundle)
        player.prepare(Spec(format=bundle.format))
        frame = player.generate(Latent(w))
        assert isinstance(frame, Frame)
        frames.append(frame.pixels.astype(int))
    assert np.abs(frames[0] - frames[1]).max() <= 1
    assert "preview.png" in bundle.members


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (["CC0-1.0", "CC-BY-3.0", "MIT (a font)", "Public domain"], "CC-BY-4.0 (attribution:"),
        ([], "CC-BY-4.0 (attribution:"),
        (["CC0-1.0", "CC-BY-NC-4.0", "CC-BY-NC-4.0"], "that of its data: CC-BY-NC-4.0 (see data)"),
        (["CC BY-SA 4.0", "unknown"], "that of its data: CC BY-SA 4.0, unknown (see data)"),
    ],
)
def test_weights_are_under_no_wider_licence_than_their_data(data: list[str], says: str) -> None:
    assert licence_of(data).startswith(says)


def test_a_bundle_names_the_authors_that_the_manifest_names(small) -> None:
    recipe = small("stylegan2", attributions={"known": "The recipe says"})
    rows = [
        {"file": "a.wav", "source_repo": "known", "licence": "CC-BY-4.0", "attribution": "A"},
        {"file": "b.wav", "licence": "CC-BY-NC-4.0", "attribution": "Me"},
        {"file": "c.wav", "licence": "CC-BY-NC-4.0", "attribution": "Me"},
    ]
    told = provenance_of(recipe, count_sources(rows, "here"), "train", {})
    assert [(one.source, one.attribution, one.clips) for one in told.data] == [
        ("here", "Me", 2),
        ("known", "The recipe says", 1),
    ]
    assert told.licence == "that of its data: CC-BY-NC-4.0 (see data)"


def labelled(folder: Path, labels: list[str]) -> str:
    """A folder with two noises for each label, those of "" in it itself; as an entry."""
    random = np.random.default_rng(0)
    for label in labels:
        (folder / label).mkdir(parents=True, exist_ok=True)
        for index in range(2):
            path = folder / label / f"{index}.wav"
            soundfile.write(path, 0.3 * random.uniform(-1, 1, 8_000), 16_000)
    return f"folders=[{{path={folder.as_posix()!r}, label='label'}}]"


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        ("dcgan", {"conditional": True}),
        ("stylegan2", {"reconstruction": 1.0}),
        ("autoencoder", {"conditions": ["label"], "mixtures": 0.0, "held_out": 0.0}),
    ],
)
def test_each_label_has_a_place_of_its_own_and_none_is_nameless(
    family: str, changes: dict, small_toml, tmp_path: Path
) -> None:
    recipe = small_toml(tmp_path / "a.toml", family, steps=1, synthetic=0, **changes)
    given = labelled(tmp_path / "sounds", ["", "a b", "a-b", "a_b", "808"])
    made = train_bundle(recipe, tmp_path / "a" / "a.resonance", changes=[given])
    space = read_bundle(Path(made["bundle"])).space
    assert {"a_b", "a_b_2", "a_b_3", "_808"} <= set(space.offered)
    places = [space.place(name) for name in ("a_b", "a_b_2", "a_b_3", "_808")]
    assert len({place.tobytes() for place in places}) == 4


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        ("dcgan", {"conditional": True}),
        ("autoencoder", {"conditions": ["label"], "mixtures": 0.0}),
    ],
)
def test_labels_that_are_asked_for_must_be_there(
    family: str, changes: dict, small_toml, tmp_path: Path
) -> None:
    recipe = small_toml(tmp_path / "a.toml", family, steps=1, synthetic=0, **changes)
    given = labelled(tmp_path / "sounds", [""])
    with pytest.raises(InputError, match="needs labels and nothing has one"):
        train_bundle(recipe, tmp_path / "a" / "a.resonance", changes=[given])
    assert not (tmp_path / "a").exists()


def test_a_bundle_that_could_not_be_opened_is_said_at_once(
    small_toml, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(autoencoder_export, "_principal", lambda means, count: means[:1] * np.nan)
    recipe = small_toml(tmp_path / "a.toml", "autoencoder", steps=1)
    with pytest.raises(BundleError):
        train_bundle(recipe, tmp_path / "a" / "a.resonance")


@pytest.mark.parametrize("material", ["spectrogram", "image"])
def test_all_that_is_kept_back_is_said_to_be(material: str, small, tmp_path: Path) -> None:
    name = next(f"{n}.wav" for n in range(1000) if is_held_out(f"{n}.wav"))
    soundfile.write(tmp_path / name, np.sin(np.arange(8_000) / 9), 16_000)
    if material == "image":
        name = next(f"{n}.png" for n in range(1000) if is_held_out(f"{n}.png"))
        Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(tmp_path / name)
    folder = {"path": tmp_path, "label": "label"}
    recipe = small("dcgan", synthetic=0, folders=[folder], material=material)
    with pytest.raises(InputError, match=r"all .* of the recipe, 1, are among the few"):
        gather_material(recipe)
    with pytest.raises(InputError, match=r"names no .*: add folders"):
        gather_material(small("dcgan", synthetic=0, material=material))


def test_pictures_need_no_manifest(small, pictures: Path) -> None:
    (pictures / "manifest.csv").unlink()
    folder = {"path": pictures, "label": "label"}
    recipe = small("stylegan2", synthetic=0, folders=[folder], material="image")
    assert sum(row["clips"] for row in gather_material(recipe).sources) == 12
