"""From the instrument to the page: rates, pictures, and instruments that are pulled."""

import threading

import numpy as np
import pytest
from studio_page import PATIENCE

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.parts import Want
from latent_resonance.render.voices.hits import hit_want
from latent_resonance.studio.frames import HEADER_BYTES, SOUND
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.play.instrument import list_instruments
from latent_resonance.studio.play.picture import PictureMaker
from latent_resonance.studio.play.player import RecipePlayer
from latent_resonance.studio.play.session_player import SessionPlayer
from latent_resonance.studio.play.to_page_rate import ToPageRate
from latent_resonance.studio.wire import MOST_COLUMNS


def resample(samples: np.ndarray, rate: int, sizes: list[int]) -> np.ndarray:
    """In blocks, as a page pulls them."""
    made = ToPageRate(rate, samples.shape[1])
    at, out = 0, []
    for frames in sizes:
        while (block := made.give(frames)) is None:
            wanted = made.wanted(frames)
            assert wanted > 0
            made.add(samples[at : at + wanted])
            at += wanted
        out.append(block)
    return np.concatenate(out)


@pytest.mark.parametrize("rate", [16_000, 24_000, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_blocks_of_any_size_give_the_same_samples(rate: int, channels: int) -> None:
    noise = np.random.default_rng(1).normal(size=(rate, channels)).astype(np.float32)
    whole = resample(noise, rate, [24_000])
    pieces = resample(noise, rate, [1, 959, 2, 7, 4096, 18_935])
    np.testing.assert_allclose(pieces, whole, atol=2e-6)


@pytest.mark.parametrize("rate", [16_000, 24_000, 22_050, 44_100])
@pytest.mark.parametrize("hz", [100.0, 1000.0, 6500.0])
def test_a_tone_stays_the_tone_and_brings_no_other(rate: int, hz: float) -> None:
    time = np.arange(3 * rate) / rate
    tone = np.sin(2 * np.pi * hz * time).astype(np.float32)[:, None]
    made = resample(tone, rate, [960] * 100)[:, 0]
    # Past the filter's start; over whole periods of 10 ms.
    steady = made[48_000:96_000]
    spectrum = np.abs(np.fft.rfft(steady * np.hanning(len(steady)))) / (len(steady) / 4)
    bin_ = round(hz)
    assert spectrum[bin_] == pytest.approx(1, abs=0.01)
    spectrum[bin_ - 5 : bin_ + 6] = 0
    assert 20 * np.log10(spectrum.max()) < -70


@pytest.mark.parametrize("rate", [16_000, 24_000, 48_000, 44_100])
def test_the_latency_is_what_it_says(rate: int) -> None:
    click = np.zeros((2 * rate, 1), np.float32)
    click[rate // 2] = 1
    made = resample(click, rate, [480] * 150)[:, 0]
    late = np.abs(made).argmax() / 48_000 - 0.5
    told = ToPageRate(rate, 1)
    told.add(np.zeros((rate, 1), np.float32))  # soxr tells once it runs
    # soxr gives nothing before it has enough, which comes out as no delay but costs the same.
    expected = told.latency_seconds if rate != 44_100 else 0.0
    assert late == pytest.approx(expected, abs=2 / 48_000)
    assert told.latency_seconds < 0.02


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("hz", [55.0, 110.0, 1000.0, 1990.0, 2010.0, 5000.0])
def test_a_tone_is_drawn_in_its_row(rate: int, hz: float) -> None:
    maker = PictureMaker(rate)
    maker.add(np.sin(2 * np.pi * hz * np.arange(rate) / rate)[:, None].astype(np.float32))
    columns, skipped, behind = maker.draw(16)
    layout = maker.layout
    assert columns.shape == (16, layout.rows)
    row = np.log(hz / layout.low_hz) / np.log(layout.high_hz / layout.low_hz) * layout.rows
    assert (np.abs(columns.argmax(axis=1) + 0.5 - row) <= 2).all()
    assert columns.max() >= 250
    assert skipped == int(1 / layout.seconds_per_column) - 16
    assert 0.128 <= behind / rate < 0.137
    assert maker.ready == 0


def test_a_low_tone_is_a_thin_and_smooth_line() -> None:
    maker = PictureMaker(16_000)
    maker.add(np.sin(2 * np.pi * 110 * np.arange(16_000) / 16_000)[:, None].astype(np.float32))
    column = maker.draw(1)[0][0].astype(int)
    loud = np.flatnonzero(column > column.max() - 255 * 12 / 80)
    assert len(loud) <= 16  # of 67 in an octave
    near = np.diff(column[loud[0] - 4 : loud[-1] + 5])
    assert np.abs(np.diff(near)).max() <= 4  # no steps
    assert (np.diff(np.sign(near[near != 0])) != 0).sum() == 1  # up, then down


def test_old_columns_are_lost_and_counted() -> None:
    maker = PictureMaker(48_000)
    for _ in range(200):
        maker.add(np.zeros((4800, 2), np.float32))
    made = round(200 * 0.1 / maker.layout.seconds_per_column)
    assert maker.ready == made
    columns, skipped, _ = maker.draw(10_000)
    assert len(columns) == MOST_COLUMNS
    assert skipped == made - MOST_COLUMNS
    assert not columns.any()


@pytest.fixture(scope="module")
def face():
    """The face instrument, opened once."""
    player = list_instruments()["face"].open(Patch(instrument="face"), None, 1)
    yield player
    player.close()


def test_the_face_sounds_at_once_and_follows_its_controls(face) -> None:
    session = SessionPlayer(face, Patch(instrument="face"))
    sound = pulled(session, 24_000)
    assert np.abs(sound[:2400]).max() > 0.01
    frame = session.in_force_from()
    assert frame >= session.frame
    session.set_controls({"gain_db": -96.0}, None)
    after = pulled(session, 48_000)
    # Smoothed over 12 ms, then the renderer's window rings out.
    assert np.abs(after[24_000:]).max() < 1e-3
    session.set_controls({"gain_db": 0.0}, present=True)
    assert np.abs(pulled(session, 24_000)).max() > 0.01
    assert session.patch.controls["gain_db"] == 0


def test_another_place_is_another_sound(inline_windows) -> None:
    face = list_instruments()["face"].open(Patch(instrument="face"), None, 1)
    spectra = []
    for name in ("bass", "choir"):
        face.go_to(Place(weights={name: 1.0}))
        pulled = [face.pull(1600) for _ in range(30)]
        spectra.append(np.abs(np.fft.rfft(np.concatenate(pulled[15:])[:, 0])))
    one, two = (s / np.linalg.norm(s) for s in spectra)
    face.close()
    assert one @ two < 0.9


def test_what_the_face_has_not_is_refused(face) -> None:
    with pytest.raises(UnknownNameError, match="mouth"):
        face.set_controls({"moth": 1}, None)
    with pytest.raises(UnknownNameError, match="cello"):
        face.go_to(Place(weights={"chello": 1}))
    with pytest.raises(InputError, match="numbers"):
        face.go_to(Place(w=[0.0]))
    with pytest.raises(InputError, match="weight"):
        face.go_to(Place(weights={"cello": 0}))
    with pytest.raises(InputError, match="MIDI"):
        face.midi(b"\x90\x3c\x64")


def test_notes_sound_when_they_are_played(inline_windows) -> None:
    patch = Patch(instrument="notes", choices={"instrument": "cello"}, controls={"reverb": 0})
    player = list_instruments()["notes"].open(patch, None, 1)
    try:
        session = SessionPlayer(player, patch)
        assert not pulled(session, 9600).any()
        player.midi(bytes([0x90, 69, 100]))
        sound = np.concatenate([pulled(session, 4800) for _ in range(20)])
        spectrum = np.abs(np.fft.rfft(sound[48_000:].mean(axis=1)))
        hz = spectrum.argmax() / (len(sound[48_000:]) / 48_000)
        assert min(hz % 440, 440 - hz % 440) < 6  # a partial of A4
        player.midi(bytes([0x80, 69, 0]))
        ended = np.concatenate([pulled(session, 4800) for _ in range(40)])
        assert np.abs(ended[-4800:]).max() < 1e-3
        # What belongs to the whole synthesizer is heard from the next note on.
        session.set_controls({"reverb": 0.8, "volume": 64.0}, None)
        session.choose("instrument", "grand_piano")
        player.midi(bytes([0x90, 60, 100]))
        # The model makes its window on a thread of its own, and nothing here waits for real time.
        assert any(np.abs(pulled(session, 4800)).max() > 0.01 for _ in range(2000))
        with pytest.raises(InputError, match="MIDI"):
            player.midi(b"\xf8")
        with pytest.raises(UnknownNameError):
            session.choose("instrument", "chello")
        player.go_to(Place(weights={"instrument/cello": 1, "instrument/flute": 1}))
        assert session.patch.choices == {"instrument": "grand_piano"}
    finally:
        player.close()


def onset(session: SessionPlayer, frames: int) -> int:
    """The frame at which something begins to be heard."""
    first = session.frame
    sound = np.concatenate([pulled(session, 480) for _ in range(frames // 480)])
    return first + int((np.abs(sound).max(axis=1) > 1e-4).argmax())


def test_a_note_with_a_frame_is_placed_at_it_and_can_be_forgotten(inline_windows) -> None:
    patch = Patch(instrument="notes", choices={"instrument": "grand_piano"})
    opened = list_instruments()["notes"]
    began = []
    # The second player goes on from where another one was.
    for first, frame in ((0, 9_000), (0, 9_699), (48_000, 57_000)):
        player = opened.open(patch, None, 1)
        session = SessionPlayer(player, patch)
        if first:
            session.go_on(first, 0.0, np.zeros((0, 2), np.float32), None)
        session.midi(bytes([0x90, 60, 110]), first + 30_000)
        session.midi(bytes([0x80, 60, 0]), first + 31_000)
        player.forget()
        session.midi(bytes([0x90, 60, 110]), frame)
        began.append(onset(session, 19_200) - first)
        session.midi(bytes([0x80, 60, 0]), None)
        late = np.concatenate([pulled(session, 4800) for _ in range(8)])
        assert np.abs(late[-4800:]).max() < np.abs(late[:4800]).max() / 10
        player.close()
    assert began[1] - began[0] == pytest.approx(699, abs=6)
    assert began[2] == began[0]
    assert began[0] >= 9_000


def test_a_choice_that_is_taken_back_opens_the_instrument_anew() -> None:
    patch = Patch(instrument="notes")
    player = list_instruments()["notes"].open(patch, None, 1)
    try:
        session = SessionPlayer(player, patch)
        session.choose("instrument", "cello")
        assert not session.follow(patch)
        assert session.follow(session.patch)
    finally:
        player.close()


def pulled(session: SessionPlayer, frames: int) -> np.ndarray:
    sound = session.pull(frames)
    head = SOUND.unpack(sound)
    return np.frombuffer(sound[HEADER_BYTES:], "<f4").reshape(-1, int(head["channels"]))


def test_the_first_drum_is_heard_where_the_player_was_open_for_a_moment() -> None:
    player = RecipePlayer(Patch(instrument="notes"), None, 1)
    try:
        kick = hit_want(player._chain.renderer._kit[36]).key
        player.pull(480)
        windows, want = player._clock._steps.windows, Want(np.zeros(1, np.float32), kick)
        for _ in range(int(100 * PATIENCE)):
            if windows.get(want) is not None:
                break
            threading.Event().wait(0.01)
        player.midi(bytes([0x99, 36, 110]))
        assert np.abs(player.pull(9600)).max() > 0.01
    finally:
        player.close()
