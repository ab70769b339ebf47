"""Places are named after labels: so that bundles can be opened, and no label is lost."""

import pytest

from latent_resonance.training.place_names import place_names


def test_plain_labels_keep_their_names_and_others_are_spelled() -> None:
    found = place_names(["rain", "fire crackle", "hiss, long", "Töne", "", "808", "x²"])
    assert found == {
        "rain": "rain",
        "fire crackle": "fire_crackle",
        "hiss, long": "hiss_long",
        "Töne": "Töne",
        "808": "_808",
        "x²": "_x_",
    }


def test_names_that_meet_are_numbered_and_who_is_called_so_keeps_the_name() -> None:
    assert place_names(["a b", "a-b", "a_b"]) == {"a b": "a_b_2", "a-b": "a_b_3", "a_b": "a_b"}
    assert place_names(["a b", "a-b", "a_b_2"]) == {"a b": "a_b", "a-b": "a_b_3", "a_b_2": "a_b_2"}


@pytest.mark.parametrize("label", ["²", "?!", " ", "-", "1st", "a/b", "٣", "𝟙", "é", "e\u0301"])
def test_every_name_is_one_that_a_bundle_takes(label: str) -> None:
    (name,) = place_names([label]).values()
    assert name.isidentifier()
