"""``resonance models import`` and ``export`` of hostile files: one line, exit code 1, nothing left."""

import io
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from pickles import (
    P,
    Persistent,
    array,
    call,
    dtype,
    dumped,
    module,
    network_pickle,
    number,
    raw,
    small_state,
    storage,
    tensor,
    text,
    whole,
)

from latent_resonance.cli.main import main

LAYER = b"ctorch.nn.modules.container\nA\n"
HUGE = number(10 * 2**30 // 4)
WHOLE = network_pickle(small_state(), {"z_dim": 4})


def touching(canary: Path) -> bytes:
    """A call that would make the canary."""
    return call("posix", "system", text(f"touch {canary}"))


def doubled() -> bytes:
    """Each list holds the one before twice."""
    lists = b"]q\0" + b"".join(b"0]q%c(h%ch%ce" % (k + 1, k, k) for k in range(40))
    return P + LAYER + b")\x81}" + text("_init_kwargs") + b"}" + text("k") + lists + b"ssb."


def twice() -> bytes:
    good = tensor(storage())
    pair = text("b") + good
    return whole(good).replace(b"}" + pair + b"s", b"}(" + pair + pair + b"u")


def saved(zipped: bool) -> bytes:
    out = io.BytesIO()
    torch.save({"G_ema": torch.ones(2)}, out, _use_new_zipfile_serialization=zipped)
    return out.getvalue()


def inside(identity: bytes) -> bytes:
    return whole(tensor(storage(identity=identity)))


def legacy_module(canary: Path) -> bytes:
    """A persistent id of torch's old files that carries source code."""
    source = text(f"import os; os.system('touch {canary}')")
    return inside(
        b"(" + text("module") + LAYER + text("/x.py") + source + b"tQ"
    )  # fmt: skip


CASES: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "os.system": (lambda c: P + touching(c) + b".", "wants to call posix.system"),
    "os.system in a hook": (
        lambda c: dumped({"G_ema": Persistent("G", {"hook": Shell(c)})}),
        "wants to call posix.system",
    ),
    "builtins.eval": (
        lambda c: P + call("builtins", "eval", text(f"open({str(c)!r}, 'w')")) + b".",
        "wants to call builtins.eval",
    ),
    "builtins.exec": (
        lambda c: whole(call("builtins", "exec", text(f"open({str(c)!r}, 'w')"))),
        "wants to call builtins.exec",
    ),
    "builtins.open": (
        lambda c: whole(call("io", "open", text(str(c)), text("w"))),
        "wants to call io.open",
    ),
    "subprocess": (
        lambda c: P + call("subprocess", "Popen", b"](" + text("touch") + text(str(c)) + b"e") + b".",
        "wants to call subprocess.Popen",
    ),
    "numpy.memmap": (
        lambda c: whole(call("numpy", "memmap", text(str(c)), text("u1"), text("w+"))),
        "wants to call numpy.memmap",
    ),
    "numpy.load": (
        lambda c: whole(call("numpy", "load", text(str(c)), b"N", b"\x88")),
        "wants to call numpy.load",
    ),
    "numpy objects": (
        lambda c: whole(array(dtype("O8"), b"(K\x01t", bytes(8)) + touching(c) + b"0"),
        "of 'O8', not of plain numbers",
    ),
    "torch.load": (
        lambda c: whole(call("torch", "load", text(str(c)))),
        "wants to call torch.load",
    ),
    "another loader of sources": (
        lambda c: whole(call("torch_utils.persistence", "_src_to_module", text(f"open({str(c)!r})"))),
        "wants to call torch_utils.persistence._src_to_module",
    ),
    "memo bomb": (lambda _: doubled(), "settings without end"),
    "far memo": (lambda _: P + b"j\xff\xff\xff\xff.", "refers to a value that it does not have"),
    "cut": (lambda _: WHOLE[: len(WHOLE) // 2], "ends too early"),
    "cut at its end": (lambda _: WHOLE[:-1], "ends too early"),
    "10 GB storage": (
        lambda _: whole(tensor(storage(count=HUGE, told=10 * 2**30 // 4))),
        "claims a tensor of 2684354560 numbers and brings 8 bytes",
    ),
    "10 GB view": (
        lambda _: whole(tensor(storage(), size=b"(" + HUGE + b"t", stride=b"(K\0t")),
        "reaches outside its storage",
    ),
    "10 GB array": (
        lambda _: whole(array(dtype("f4"), b"(" + HUGE + b"t", bytes(8))),
        "claims an array of 10737418240 bytes and brings 8",
    ),
    "deep nesting": (
        lambda _: P + b"]" * 100_000 + b"a" * 99_999 + b".",
        "has no generator",
    ),
    "networks in networks": (
        lambda _: P + LAYER + b")\x81q\0}" + text("_modules") + b"}" + text("m") + b"h\0ssb.",
        "nests its networks without end",
    ),
    "endless": (lambda _: P + b"N0" * 600_000 + b"N.", "more instructions than any network"),
    "a name twice": (lambda _: twice(), "same name twice"),
    "zip in a tensor": (
        lambda _: whole(tensor(call("torch.storage", "_load_from_bytes", raw(saved(True))))),
        "zip within a tensor",
    ),
    "persistent id": (lambda _: P + b"K\x01Q.", "refers to values outside itself"),
    "storage of os.system": (
        lambda _: inside(b"(" + text("storage") + b"cos\nsystem\n" + text("0") * 2 + b"K\x02NtQ"),
        "wants to call os.system",
    ),
    "module of source": (legacy_module, "wants to call torch.nn.modules.container.A"),
    "call in a tensor": (lambda c: inside(touching(c)), "wants to call posix.system"),
    "torch.save": (lambda _: saved(True), "is a zip, as torch.save writes: only the pickles"),
    "old torch.save": (lambda _: saved(False), "wrote them before 1.6: only the pickles"),
    "TensorFlow": (
        lambda _: P + b"(" + text("dnnlib.tflib.network") + text("Network") + b"\x93)\x81}bt.",
        r"TensorFlow versions \(dnnlib.tflib\): convert it with the legacy.py",
    ),
    "empty": (lambda _: b"", "is not a pickle"),
    "noise": (lambda _: np.random.default_rng(0).bytes(5000), "is not a pickle"),
    "noise behind a pickle's start": (
        lambda _: P + np.random.default_rng(0).bytes(5000),
        "is damaged|refused|protocol",
    ),
    "no StyleGAN": (lambda _: WHOLE, "cannot be rebuilt"),
    "weights that are not numbers": (
        lambda _: dumped({"G_ema": module({"synthesis.b4.const": np.float32([np.nan])})}),
        "does not say its z_dim",
    ),
}  # fmt: skip


class Shell:
    """Pickles as ``os.system``."""

    def __init__(self, canary: Path) -> None:
        self.command = f"touch {canary}"

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (self.command,)


def test_the_canary_would_be_seen(tmp_path: Path) -> None:
    """Python's own unpickler makes it."""
    canary = tmp_path / "canary"
    pickle.loads(P + touching(canary) + b".")
    assert canary.exists()


@pytest.mark.parametrize("command", ["import", "export"])
@pytest.mark.parametrize("case", CASES)
def test_hostile_files_end_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    case: str,
    command: str,
) -> None:
    data, says = CASES[case]
    canary, path = tmp_path / "canary", tmp_path / "hostile.pkl"
    path.write_bytes(data(canary))
    monkeypatch.chdir(tmp_path)
    given = ["hostile.pkl", *(["--output", "onnx"] if command == "export" else [])]
    monkeypatch.setattr(sys, "argv", ["resonance", "models", command, *given])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.startswith("resonance: ")
    assert told.err.strip().isprintable()
    assert re.search(says, told.err), told.err
    assert [item.name for item in tmp_path.iterdir()] == ["hostile.pkl"]


def test_a_process_of_its_own_ends_alike(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (tmp_path / "hostile.pkl").write_bytes(P + touching(canary) + b".")
    program = "from latent_resonance.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "models", "import", "hostile.pkl"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "resonance: hostile.pkl wants to call posix.system: refused\n"
    assert [item.name for item in tmp_path.iterdir()] == ["hostile.pkl"]


def test_a_network_that_carries_hostile_source_is_imported_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The bundle is named after the file, here, and never over another."""
    import pickles

    from latent_resonance.networks.stylegan2 import Generator

    source = f"import os; os.system('touch {tmp_path / 'canary'}')"
    monkeypatch.setattr(pickles, "SOURCE", source)
    settings = {"z_dim": 4, "c_dim": 0, "w_dim": 6, "img_resolution": 8, "img_channels": 1}
    settings |= {"channel_base": 32, "channel_max": 4}
    state = {name: value.numpy() for name, value in Generator(**settings).state_dict().items()}
    data = network_pickle(state, settings)
    assert source.encode() in data
    (tmp_path / "snapshot.pkl").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["resonance", "models", "import", "snapshot.pkl", "--quiet"])
    main()
    assert {item.name for item in tmp_path.iterdir()} == {"snapshot.pkl", "snapshot.resonance"}
    assert source.encode() not in (tmp_path / "snapshot.resonance").read_bytes()
    with pytest.raises(SystemExit):
        main()
    assert "snapshot.resonance exists already" in capfd.readouterr().err
    kept = tmp_path / "mine.resonance"
    kept.write_bytes(b"of weeks")
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--output", str(kept)])
    with pytest.raises(SystemExit):
        main()
    assert "mine.resonance exists already" in capfd.readouterr().err
    assert kept.read_bytes() == b"of weeks"
