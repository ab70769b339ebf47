"""Parts of other packages that cannot be imported stop nobody who did not ask for them."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from latent_resonance.contracts import registry
from latent_resonance.contracts.errors import AssemblyError, UnknownNameError
from latent_resonance.engine.demo import performance_path
from latent_resonance.engine.inspect_machine import foreign_parts
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup


@pytest.fixture(params=["no.such.module", "broken_sense"])
def broken(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "broken_sense.py").write_text("def (:\n")
    monkeypatch.syspath_prepend(tmp_path)

    def points(group: str) -> list[EntryPoint]:
        found = [EntryPoint("lost", request.param, group)]
        return found if group.endswith(".sense") else []

    monkeypatch.setattr(registry, "entry_points", points)
    return "the sense part 'lost' from an unknown package cannot be imported"


def test_a_part_that_cannot_be_imported_is_told_to_who_asks(broken: str) -> None:
    with pytest.raises(AssemblyError, match=broken):
        registry.find_part("sense", "lost").load()
    with pytest.raises(OSError, match=broken):
        foreign_parts()
    source = performance_path("face")
    setup = sense_file(load_recipe("face"), Setup(), source)
    assert [choice.part for choice in setup.senses] == ["recording"]


def test_what_an_import_says_in_several_lines_is_told_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wordy_sense.py").write_text("raise ImportError('no such\\n    library')\n")
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint("wordy", "wordy_sense", "latent_resonance.sense")
    monkeypatch.setattr(
        registry, "entry_points", lambda group: [point] if group == point.group else []
    )
    with pytest.raises(OSError, match=r"cannot be imported: no such library$"):
        foreign_parts()


def test_an_unknown_option_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="'pollyphony'; did you mean 'polyphony'"):
        registry.find_part("render", "note_voices").make({"pollyphony": 3})


def test_where_no_package_brings_any_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: [])
    assert foreign_parts() == "none"
