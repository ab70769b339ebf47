"""A texture live: keys, OSC and what nobody touched."""

import socket
import struct
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.contracts.errors import DeviceError, InputError, UnknownNameError
from latent_resonance.contracts.values import Controls, Spec
from latent_resonance.engine.texture.keys import KeySliders, watch_keys
from latent_resonance.engine.texture.open import Texture
from latent_resonance.engine.texture.play import Show, live_landmarks, play_texture
from latent_resonance.engine.texture.touched import Touched
from latent_resonance.engine.texture.wish import Weighted, Wish
from latent_resonance.navigate import semantic
from latent_resonance.sense import sliders as hand


def test_keys_choose_and_turn_sliders_within_their_range() -> None:
    keys = KeySliders(("brightness", "rate"), -5, 5)
    for character in "+++2--.":
        assert keys.press(character)
    assert keys.values == {"brightness": 1.5, "rate": -0.9}
    for _ in range(30):
        keys.press("-")
    assert keys.values["rate"] == -5
    assert not keys.press("x")
    assert not keys.press("3") or keys.chosen == 1
    keys.press("0")
    assert keys.values["rate"] == 0
    keys.press("r")
    assert keys.values == {"brightness": 0, "rate": 0}
    assert ">2 rate +0.0" in keys.line()
    assert not KeySliders((), -5, 5).press("+")


def test_keys_are_watched_until_escape() -> None:
    typed = iter(["", "+", "", "+", "\x1b", "+"])
    seen: list[dict[str, float]] = []
    ended: list[bool] = []
    watch_keys(
        KeySliders(("a",), -5, 5),
        seen.append,
        lambda: ended.append(True),
        lambda: next(typed),
        lambda: False,
    )
    assert seen == [{"a": 0.5}, {"a": 1.0}]
    assert ended == [True]


def test_what_nobody_touched_stays_where_it_was_set() -> None:
    inner = hand.Part(hand.Options(values={"a": -5.0, "b": -5.0}))
    sensor = Touched(inner, {"a": 2.0})
    assert sensor.read(0.0).values == {"a": 2.0}
    inner.move(0.1, b=1.0)
    assert sensor.read(0.1).values == {"a": 2.0, "b": 1.0}
    inner.move(0.2, a=0.0)
    assert sensor.read(0.2).values == {"a": 0.0, "b": 1.0}
    sensor.reset()
    assert sensor.read(0.3).values == {"a": 2.0}


def test_the_navigator_follows_sliders_and_places(texture: Texture) -> None:
    start = texture.seeded(2)
    part = semantic.Part(semantic.Options(order=list(texture.space.order), glide_seconds=0))
    part.prepare(
        Spec(format=texture.layout, latent_size=8, landmarks=live_landmarks(texture, start))
    )
    listens = {control.name: control for control in part.listens}
    assert (listens["brightness"].low, listens["brightness"].high) == (-5, 5)
    assert "rain" in listens
    assert "start" not in listens
    state = part.start()
    latent, _ = part.step(state, Controls(0.0, {"brightness": 3.0}), 0.01)
    np.testing.assert_allclose(
        latent.w, texture.space.sliders.move(start, {"brightness": 3}), atol=1e-5
    )
    latent, _ = part.step(state, Controls(0.0, {"rain": 1.0, "speed": 0.5}), 0.01)
    np.testing.assert_allclose(latent.w, texture.space.place("rain"), atol=1e-5)
    assert latent.play == {"speed": 0.5}
    latent, _ = part.step(state, Controls(0.0, {"rain": 0.5}), 0.01)
    np.testing.assert_allclose(latent.w, (texture.space.place("rain") + start) / 2, atol=1e-5)


def test_a_show_plays_and_reports(texture: Texture) -> None:
    wish = Wish(prototypes=[Weighted("rain")], settings={"brightness": 3.0})
    report = play_texture(texture, wish, Show(hands="none", stage="silent", seconds=0.4))
    assert report["seconds"] == pytest.approx(0.4, abs=0.05)
    assert report["sliders"] == {"brightness": 3.0}
    assert report["errors"] == {}


def test_osc_turns_sliders_while_it_plays(texture: Texture) -> None:
    free = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()

    def send() -> None:
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        data = b"/rate\0\0\0,f\0\0" + struct.pack(">f", -2.0)
        for _ in range(20):
            time.sleep(0.05)
            sender.sendto(data, ("127.0.0.1", port))
        sender.close()

    hands = threading.Thread(target=send)
    hands.start()
    show = Show(hands="osc", port=str(port), stage="silent", seconds=1.5)
    report = play_texture(texture, Wish(settings={"brightness": 1.0}), show)
    hands.join()
    assert report["sliders"] == {"brightness": 1.0, "rate": -2.0}
    assert report["osc_messages"] > 0


def test_hands_that_are_not_there_are_told(texture: Texture, tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="no terminal"):
        play_texture(texture, Wish(), Show(hands="keys", stage="silent", seconds=0.1))
    with pytest.raises(InputError, match="UDP port"):
        play_texture(texture, Wish(), Show(hands="osc", port="x", stage="silent", seconds=0.1))
    with pytest.raises(UnknownNameError, match="no control is called 'x'"):
        play_texture(
            texture, Wish(), Show(hands="midi", knobs={"x": "cc1"}, stage="silent", seconds=0.1)
        )
    with pytest.raises(UnknownNameError, match="did you mean 'rate'"):
        play_texture(texture, Wish(settings={"rat": 1}), Show(stage="silent", seconds=0.1))
