"""What cannot work is refused before the work, with what to do."""

from pathlib import Path

import pytest
import soundfile

from latent_resonance.contracts.errors import InputError
from latent_resonance.data.corpus import read_rows
from latent_resonance.data.synthetic.sustained import sustain
from latent_resonance.studio.jobs import requirements


def test_a_network_is_refused_before_it_is_sent_where_torch_is_missing(
    served, studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requirements, "find_spec", lambda name: None)
    for name in ("a.pkl", "B.PKL", "c.pt"):
        answer = served.ask("POST", f"/api/uploads?name={name}", b"\x80\x04N." * 1000)
        assert answer.status == 503
        assert "pip install" in answer.json["detail"]
    assert studio.uploads.list() == []
    assert list(studio.uploads.folder.iterdir()) == []
    assert served.ask("POST", "/api/uploads?name=a.wav", b"RIFF").status == 201


def test_sliders_read_their_data_before_they_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from latent_resonance.bundles.find import find_bundle
    from latent_resonance.training.directions import add

    def never(*_: object) -> None:
        raise AssertionError("it listened first")

    monkeypatch.setattr(add, "Workshop", never)
    with pytest.raises(InputError, match="nowhere"):
        add.add_controls(find_bundle("texture"), Path("out.resonance"), data=[Path("nowhere")])


def test_a_folder_without_a_manifest_is_read_by_its_sub_folders(tmp_path: Path) -> None:
    for label in ("low", "high"):
        (tmp_path / label).mkdir()
        soundfile.write(tmp_path / label / "a.wav", sustain("pad", 50, 0.2, 8000), 8000)
    soundfile.write(tmp_path / "b.flac", sustain("pad", 50, 0.2, 8000), 8000)
    assert [(row["file"], row["family"]) for row in read_rows(tmp_path, "family", {})] == [
        ("b.flac", ""),
        ("high/a.wav", "high"),
        ("low/a.wav", "low"),
    ]
    with pytest.raises(InputError, match=r"no manifest\.csv"):
        read_rows(tmp_path, "family", {"family": ["x"]})
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no sounds"):
        read_rows(tmp_path / "empty", "family", {})
