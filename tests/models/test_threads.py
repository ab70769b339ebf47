"""Threads: cores, not hyper-threads, and no more than a container may use."""

import os
from pathlib import Path

import pytest

from latent_resonance.models.engines import threads


def machine(root: Path, siblings: dict[int, str], quota: str = "", old: str = "") -> Path:
    for cpu, text in siblings.items():
        folder = root / f"sys/devices/system/cpu/cpu{cpu}/topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(text + "\n")
    (root / "sys/fs/cgroup/cpu").mkdir(parents=True)
    if quota:
        (root / "sys/fs/cgroup/cpu.max").write_text(quota + "\n")
    if old:
        (root / "sys/fs/cgroup/cpu/cpu.cfs_quota_us").write_text(old + "\n")
        (root / "sys/fs/cgroup/cpu/cpu.cfs_period_us").write_text("100000\n")
    return root


PAIRS = {0: "0,4", 1: "1,5", 2: "2,6", 3: "3,7", 4: "0,4", 5: "1,5", 6: "2,6", 7: "3,7"}


@pytest.mark.parametrize(
    ("allowed", "quota", "old", "cores"),
    [
        (range(8), "", "", 4), (range(8), "max 100000", "-1", 4), (range(8), "200000 100000", "", 2),
        (range(8), "", "250000", 2), (range(8), "50000 100000", "", 1), ([0, 4], "", "", 1),
        ([0, 1, 5], "", "", 2), (range(8), "gibberish", "", 4), (range(8), "1 0", "", 4),
    ],
)  # fmt: skip
def test_cores_that_may_be_used(tmp_path, monkeypatch, allowed, quota, old, cores) -> None:
    monkeypatch.setattr(threads, "_allowed", lambda: list(allowed))
    assert threads.physical_cores(machine(tmp_path, PAIRS, quota, old)) == cores


def test_where_nothing_is_told_half_of_a_pc_s_processors_count(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(threads, "_allowed", lambda: list(range(8)))
    monkeypatch.setattr(threads.platform, "machine", lambda: "AMD64")
    assert threads.physical_cores(tmp_path) == 4
    monkeypatch.setattr(threads.platform, "machine", lambda: "arm64")
    assert threads.physical_cores(tmp_path) == 8


@pytest.mark.parametrize(("cores", "taken"), [(1, 1), (2, 1), (8, 7)])
def test_one_core_is_left_for_the_sound(monkeypatch, cores: int, taken: int) -> None:
    monkeypatch.setattr(threads, "physical_cores", lambda: cores)
    assert threads.live_threads() == taken


def test_this_machine_has_a_name_and_a_core() -> None:
    assert threads.processor_name()
    assert 1 <= threads.physical_cores() <= (os.cpu_count() or 1)
