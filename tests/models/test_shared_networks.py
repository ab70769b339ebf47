"""Players of one network share it compiled: as many copies as can run at once, and no more."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models import openvino
from latent_resonance.models.engines import bundle_player, shared_networks
from latent_resonance.models.engines.flow import Infer
from latent_resonance.models.engines.shared_networks import SharedNetworks


def infer(*given):
    return given[0] + 1


def test_as_many_copies_as_run_at_once_then_each_in_turn(monkeypatch) -> None:
    monkeypatch.setattr(shared_networks.os, "cpu_count", lambda: 4)
    networks, made = SharedNetworks(), []

    def compile_():
        made.append(1)
        return infer

    played = [networks.get("a", 2, compile_) for _ in range(6)]
    assert len(made) == 2
    assert [played.count(one) for one in dict.fromkeys(played)] == [3, 3]
    assert networks.get("b", 2, compile_) not in played
    wide = [networks.get("c", 9, compile_) for _ in range(3)]
    assert wide[0] is wide[1] is wide[2]


def test_calls_wait_only_where_one_takes_no_more_at_once() -> None:
    meet = threading.Barrier(2, timeout=20)

    def both(*given):
        meet.wait()
        return given[0]

    network = SharedNetworks().get("a", 1, lambda: both, 2)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(network, np.arange(4.0, dtype=np.float32))) == [0, 1, 2, 3]


def test_what_nobody_plays_is_let_go(monkeypatch) -> None:
    monkeypatch.setattr(shared_networks.os, "cpu_count", lambda: 1)
    networks, made = SharedNetworks(), []

    def compile_():
        made.append(1)
        return infer

    one = networks.get("a", 1, compile_)
    assert networks.get("a", 1, compile_) is one
    del one
    gc.collect()
    networks.get("a", 1, compile_)
    assert len(made) == 2


def test_a_failure_to_compile_leaves_nothing_behind() -> None:
    networks = SharedNetworks()

    def fails():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        networks.get("a", 1, fails)
    assert networks.get("a", 1, lambda: infer)(np.float32(1)) == 2


def test_players_at_once_make_what_one_alone_makes(monkeypatch) -> None:
    monkeypatch.setattr(shared_networks.os, "cpu_count", lambda: 1)
    # Copies that other tests left alive are none of theirs.
    monkeypatch.setattr(bundle_player, "NETWORKS", SharedNetworks())
    bundle = open_bundle("drone")
    assert open_bundle("drone") is bundle
    players = [openvino.Part(openvino.Options(), bundle) for _ in range(3)]
    runs = [0]
    compile_ = openvino.Part._compile

    def counted(part: openvino.Part, *given: Any) -> Infer:
        infer = compile_(part, *given)

        def run(*inputs: np.ndarray) -> np.ndarray:
            runs[0] += 1
            return infer(*inputs)

        return run

    monkeypatch.setattr(openvino.Part, "_compile", counted)
    for player in players:
        player.prepare(Spec(threads=1))
    draws = [player._draw for player in players]
    assert draws[0] is draws[1] is draws[2]
    assert runs == [1], "what one was tried with is not tried again"
    places = np.random.default_rng(0).standard_normal((6, bundle.latent_size)).astype(np.float32)

    def play(number: int) -> bytes:
        return players[number % 3].generate(Latent(places[number])).level_db.tobytes()

    alone = [play(number) for number in range(6)]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(play, [*range(6), *range(6)])) == [*alone, *alone]
    for player in players[:2]:
        player.close()
    assert play(2) == alone[2], "who closes takes nothing from the others"
    players[2].close()
