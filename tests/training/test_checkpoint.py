"""Checkpoints are whole or not there; the last good one survives."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.training import checkpoint
from latent_resonance.training.checkpoint import Checkpoint, load, previous, save


def at(step: int) -> Checkpoint:
    return Checkpoint(step, float(step), {"name": "x"}, {"net/w": torch.full((64,), float(step))})


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


KILLED = """
import os, signal, sys
from pathlib import Path
import torch
from latent_resonance.training import checkpoint
from latent_resonance.training.checkpoint import Checkpoint, save

path, moment = Path(sys.argv[1]), sys.argv[2]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

for step in (1, 2, 3):
    if step == 3:
        if moment == "writing":
            def half(tensors, name, metadata):
                Path(name).write_bytes(bytes(100))
                die()
            checkpoint.save_file = half
        elif moment == "written":
            os.fsync = die
        else:
            whole, moves = Path.replace, []
            def replace(self, target):
                whole(self, target)
                die()
            Path.replace = replace
    save(path, Checkpoint(step, step, {"name": "x"}, {"net/w": torch.full((64,), float(step))}))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills itself as Unix does")
@pytest.mark.parametrize("moment", ["writing", "written", "renaming"])
def test_killed_while_saving_the_last_good_one_is_kept(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "checkpoint.safetensors"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), moment], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    found = load(path, {"name": "x"})
    assert found.step == 2
    assert torch.equal(found.tensors["net/w"], torch.full((64,), 2.0))
    # The next one clears up after the dead.
    save(path, at(4))
    assert load(path, {}).step == 4
    assert names(tmp_path) == {path.name, previous(path).name}


def test_a_disk_that_refuses_leaves_what_there_was(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "checkpoint.safetensors"
    save(path, at(1))

    def full(tensors, name, metadata):
        Path(name).write_bytes(bytes(10))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(OutputError, match="No space left"):
        save(path, at(2))
    assert load(path, {}).step == 1
    assert names(tmp_path) == {path.name}


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write the checkpoint"):
        save(tmp_path / "file" / "checkpoint.safetensors", at(1))


@pytest.mark.parametrize("damage", [b"", b"\x80\x04 a pickle", b"\xff" * 64])
def test_damaged_ones_are_refused_and_the_one_before_is_taken(tmp_path, damage: bytes) -> None:
    path = tmp_path / "checkpoint.safetensors"
    save(path, at(1))
    path.write_bytes(damage)
    with pytest.raises(InputError, match="not a checkpoint"):
        load(path, {})
    path.unlink()
    save(path, at(1))
    save(path, at(2))
    path.write_bytes(damage)
    assert load(path, {}).step == 1


def test_facts_of_older_ones_that_are_not_named_agree(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    save(path, at(1))
    assert load(path, {"name": "x", "variational": "True"}).step == 1
    with pytest.raises(InputError, match="name x, the recipe says y"):
        load(path, {"name": "y"})
