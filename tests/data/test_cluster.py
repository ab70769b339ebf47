"""A cluster that is not there, and the contract with Ray, which a stand-in keeps; the real one is
in benchmarks/cluster.py, with a node killed."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import DeviceError, MediaError, MissingPartError
from latent_resonance.data import cluster
from latent_resonance.data.prepare.options import make_options
from latent_resonance.data.prepare.run import prepare
from latent_resonance.data.workers import share_out


class Errors(SimpleNamespace):
    class RayError(Exception):
        pass

    class RayTaskError(RayError):
        cause: Exception | None = None

    class WorkerCrashedError(RayError):
        pass

    class OutOfMemoryError(RayError):
        pass

    class NodeDiedError(RayError):
        pass


class Reference:
    """To what a job will give."""

    def __init__(self, run: Callable[[], object]) -> None:
        self.run = run


class Ray(ModuleType):
    """Does each job when it is waited for; the last one asked for ends first."""

    exceptions = Errors

    def __init__(self) -> None:
        super().__init__("ray")
        self.address = ""
        self.most = self.given = 0
        self.options: dict[str, object] = {}

    def is_initialized(self) -> bool:
        return bool(self.address)

    def init(self, address: str, **_: object) -> None:
        self.address = address

    def shutdown(self) -> None:
        self.address = ""

    def put(self, value: object) -> object:
        return value

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 2.0}

    def remote(self, **options: object) -> Callable:
        self.options = options

        def wrap(function: Callable) -> SimpleNamespace:
            def submit(*given: object) -> object:
                self.given += 1
                self.most = max(self.most, self.given)
                return Reference(lambda: function(*given))

            return SimpleNamespace(options=lambda **_: SimpleNamespace(remote=submit))

        return wrap

    def wait(self, running: list) -> tuple[list, list]:
        self.given -= 1
        return [running[-1]], running[:-1]

    def get(self, one: Reference) -> object:
        try:
            return one.run()
        except Errors.RayError:
            raise
        except Exception as error:
            raised = Errors.RayTaskError()
            raised.cause = error
            raise raised from error


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Ray:
    made = Ray()
    monkeypatch.setitem(sys.modules, "ray", made)
    monkeypatch.setattr(cluster, "_knock", lambda address: None)
    return made


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    folder.mkdir()
    for number in range(40):
        sound = np.sin(0.05 * (number + 1) * np.arange(1600))
        soundfile.write(folder / f"{number:02d}.wav", sound, 16_000)
    return folder


def shards_of(output: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (output / "shards").iterdir()}


def test_a_cluster_makes_the_bytes_that_this_machine_makes(
    ray: Ray, sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = make_options(n_fft=64, hop=16, columns=16)
    prepare(sounds, tmp_path / "here", options)
    monkeypatch.chdir(tmp_path)
    # Names as they are typed here mean nothing on other machines.
    prepare(Path("sounds"), Path("there"), options, cluster="10.0.0.1:6379")
    assert ray.options["max_retries"] > 0
    assert ray.address == ""
    assert shards_of(tmp_path / "there") == shards_of(tmp_path / "here")
    assert len(shards_of(tmp_path / "here")) > 1


def test_all_jobs_are_done_a_few_ahead(ray: Ray) -> None:
    done = dict(share_out(str, range(50), 1, lambda job: [str(job)], cluster="auto"))
    assert done == {job: str(job) for job in range(50)}
    assert ray.most == 4


def test_what_a_job_raises_is_raised_here(ray: Ray) -> None:
    def full(job: int) -> None:
        raise OSError(f"disk of {job} is full")

    with pytest.raises(OSError, match="disk of 1 is full"):
        list(share_out(full, [1], 1, lambda job: ["a.wav"], cluster="auto"))


def test_a_file_that_ends_all_that_read_it_is_named(ray: Ray) -> None:
    def dies(job: int) -> None:
        raise Errors.WorkerCrashedError

    with pytest.raises(MediaError, match=r"a\.wav"):
        list(share_out(dies, [1], 1, lambda job: ["a.wav"], cluster="auto"))
    assert ray.address == ""


def test_without_ray_or_cluster_nothing_is_begun(
    sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = make_options(n_fft=64, hop=16, columns=16)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingPartError, match=r"latent-resonance\[cluster\]"):
        prepare(sounds, tmp_path / "made", options, cluster="auto")
    monkeypatch.setitem(sys.modules, "ray", Ray())
    with pytest.raises(DeviceError, match="ray start --head"):
        prepare(sounds, tmp_path / "made", options, cluster="127.0.0.1:1")
    assert not (tmp_path / "made").exists()
