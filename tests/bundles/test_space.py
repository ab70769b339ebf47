"""The latent space that a bundle stores: names, groups, order, and what is left out."""

import numpy as np
import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.bundles.manifest import Control, Manifest, Provenance
from latent_resonance.bundles.space import MASKED, read_space
from latent_resonance.contracts.errors import BundleError, InputError, UnknownNameError
from latent_resonance.contracts.formats import PictureFormat

SIZE = 3


def manifest(controls: tuple[str, ...] = (), **metrics: float) -> Manifest:
    return Manifest(
        schema_version=1,
        name="small",
        kind="image",
        family="test",
        latent_size=SIZE,
        picture={"width": 8, "height": 4, "channels": 3},
        controls=[Control(name=n, low=-5, high=5, description=f"of {n}") for n in controls],
        conditioning={"timbre": ["1", "2"], "pitch": ["octaves"]},
        provenance=Provenance(data=[], command="tests", licence="CC0-1.0", metrics=metrics),
        members={},
    )


def w(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def slopes(count: int) -> dict[str, np.ndarray]:
    return {"attribute/steps": np.ones(count, np.float32), "attribute/bias": np.zeros(count)}


def test_places_have_plain_names_and_what_gave_way_is_hidden() -> None:
    space = read_space(
        manifest(),
        {
            "anchor/tone": w(1, 0, 0),
            "anchor/label/tone": w(2, 0, 0),
            "anchor/label/rain": w(3, 0, 0),
            "anchor/label/wind": w(4, 0, 0),
            "prototype/rain": np.array([5, 0, 0], np.float16),
            "prototype/short": w(1),
            "kin/rain": np.array([[5, 1, 0], [5, 0, 1]], np.float16),
            "kin/nobody": np.array([[5, 1, 0]], np.float16),
            "anchor/instrument/cello": w(6, 0, 0),
        },
    )
    assert space.offered == ("rain", "wind", "instrument/cello", "tone")
    assert [space.places[name].kind for name in space.offered] == [
        "prototype",
        "label",
        "instrument",
        "",
    ]
    found = {"tone": 1, "label/tone": 2, "label/rain": 3, "wind": 4, "rain": 5}
    assert {name: space.place(name)[0] for name in found} == found
    assert space.place("rain").dtype == np.float32
    assert {name: len(place.kin) for name, place in space.places.items() if len(place.kin)} == {
        "rain": 2
    }
    with pytest.raises(UnknownNameError, match="did you mean 'wind'"):
        space.place("wnd")


def test_what_a_bundle_leaves_out_is_the_unit_space() -> None:
    space = read_space(manifest(), {})
    np.testing.assert_array_equal(space.mean, np.zeros(SIZE))
    np.testing.assert_array_equal(space.spread, np.ones(SIZE))
    assert space.examples.shape == (0, SIZE)
    assert (space.places, space.directions, space.axes, space.slopes) == ({}, {}, {}, {})
    assert space.conditioning == {"timbre": ("1", "2"), "pitch": ("octaves",)}
    assert not space.knows_unknown
    assert read_space(manifest(**{MASKED: 1.0}), {}).knows_unknown


def test_directions_follow_the_manifest_and_a_slope_map_needs_its_controls() -> None:
    tensors = {f"direction/{name}": w(k, 0, 0) for k, name in enumerate(("c", "a", "b"))}
    space = read_space(manifest(("b", "a")), {**tensors, **slopes(2)})
    assert list(space.directions) == ["b", "a", "c"]
    assert [one.measured_by for one in space.directions.values()] == ["b", "a", ""]
    assert space.directions["a"].description == "of a"
    assert set(space.slopes) == {"steps", "bias"}
    for controls in (("b",), ("b", "missing")):
        assert not read_space(manifest(controls), {**tensors, **slopes(2)}).slopes


def test_axes_are_as_long_as_the_space_is_wide() -> None:
    eye = np.eye(SIZE, dtype=np.float16)
    space = read_space(
        manifest(),
        {
            "w_std": w(2, 0, 4),
            "directions": eye[:2],
            "sefa/late": eye[[2]],
            "sefa/all": eye[:1],
            "sefa/flat": np.zeros((0, SIZE), np.float32),
        },
    )
    assert list(space.axes) == ["all", "late", "pca"]
    np.testing.assert_array_equal(space.axis("late", 1), w(0, 0, 4))
    np.testing.assert_array_equal(space.axis("pca", 2), w(0, 1, 0))
    np.testing.assert_allclose(space.spread, [2, 1e-4, 4])
    with pytest.raises(InputError, match="from 1 to 1"):
        space.axis("late", 2)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("w_avg", w(1, 2), r"\(2,\), not float32 \(3,\)"),
        ("anchor/tone", np.zeros(SIZE), "float64"),
        ("anchor/a b", w(0, 0, 0), "cannot be called 'a b'"),
        ("anchor/a/b/c", w(0, 0, 0), "cannot be called"),
        ("anchor/w_avg", w(0, 0, 0), "cannot be called 'w_avg'"),
    ],
)
def test_anchors_that_cannot_be_are_refused(key: str, value: np.ndarray, says: str) -> None:
    with pytest.raises(BundleError, match=says):
        read_space(manifest(), {key: value})


def test_the_bundles_that_ship_have_what_their_recipes_name() -> None:
    texture, notes = open_bundle("texture").space, open_bundle("notes").space
    assert list(texture.directions) == ["brightness", "rate", "impact", "size", "roughness"]
    assert all(one.measured_by for one in texture.directions.values())
    assert set(texture.axes) == {"all", "early", "middle", "late", "pca"}
    assert texture.knows_unknown
    assert len(texture.examples) == 64
    assert texture.offered[0] == "animals"
    assert not texture.plays_notes
    assert notes.plays_notes
    assert notes.places["instrument/cello"].kind == "instrument"
    assert "tone" in open_bundle("drone").space.places


def test_an_image_bundle_says_how_large_its_pictures_are() -> None:
    from latent_resonance.bundles.read import _format

    assert _format(manifest()) == PictureFormat(8, 4)


def test_what_lies_beside_the_networks_numbers_is_0_where_a_bundle_does_not_tell() -> None:
    sound = manifest().model_copy(update={"beside": ["grain"]})
    space = read_space(
        sound,
        {
            "w_avg": w(1, 2, 3),
            "w_std": w(2, 2, 2),
            "prototype/rain": w(4, 5, 6),
            "prototype/fire": w(4, 5, 6, -1),
            "kin/rain": np.array([[5, 1, 0]], np.float16),
            "sefa/all": np.eye(3, dtype=np.float16),
            "direction/rough": w(0, 0, 1, 2),
            "examples": np.ones((2, 3), np.float16),
            "attribute/centre": w(1, 1, 1),
            "attribute/scale": w(2, 2, 2),
            "attribute/first": np.ones((3, 3), np.float16),
        },
    )
    assert (space.size, space.beside) == (4, ("grain",))
    np.testing.assert_array_equal(space.mean, w(1, 2, 3, 0))
    np.testing.assert_array_equal(space.spread, w(2, 2, 2, 1))
    np.testing.assert_array_equal(space.place("rain"), w(4, 5, 6, 0))
    np.testing.assert_array_equal(space.place("fire"), w(4, 5, 6, -1))
    np.testing.assert_array_equal(space.places["rain"].kin, [w(5, 1, 0, 0)])
    np.testing.assert_array_equal(space.directions["rough"].vector, w(0, 0, 1, 2))
    assert space.axis("all", 1).shape == (4,)
    assert space.examples.shape == (2, 4)
    np.testing.assert_array_equal(space.slopes["scale"], w(2, 2, 2, 1))
    assert space.slopes["first"].shape == (3, 3)
    # A place of before is one without.
    np.testing.assert_array_equal(space.at([4, 5, 6]), w(4, 5, 6, 0))
    np.testing.assert_array_equal(space.at([4, 5, 6, 7]), w(4, 5, 6, 7))
    with pytest.raises(InputError, match="has 4 numbers, not 2"):
        space.at([4, 5])


def test_numbers_that_came_later_are_0_in_what_is_older() -> None:
    sound = manifest().model_copy(update={"beside": ["grain", "air"]})
    older = {"w_avg": w(1, 2, 3, 4), "w_std": w(2, 2, 2, 2), "prototype/rain": w(4, 5, 6, -1)}
    space = read_space(sound, older)
    assert (space.size, space.network_size, space.beside) == (5, 3, ("grain", "air"))
    np.testing.assert_array_equal(space.spread, w(2, 2, 2, 2, 1))
    rain = space.place("rain")
    assert [space.beside_network(rain, name) for name in ("grain", "air", "other")] == [-1, 0, 0]
    airy = space.with_beside(rain, "air", 2.0)
    np.testing.assert_array_equal(airy, w(4, 5, 6, -1, 2))
    np.testing.assert_array_equal(space.at([4, 5, 6, 7]), w(4, 5, 6, 7, 0))
    with pytest.raises(InputError, match="has 5 numbers, not 2"):
        space.at([4, 5])
