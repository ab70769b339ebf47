"""What PortAudio prints past Python stays out of the terminal, and nothing else does."""

import ctypes
import os
import platform

import pytest

from latent_resonance.sound.quiet_portaudio import quiet_portaudio

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only there PortAudio speaks through ALSA"
)


def c_prints(text: str) -> None:
    library = ctypes.CDLL(None)
    stderr = ctypes.c_void_p.in_dll(library, "stderr")
    library.fputs(f"{text}\n".encode(), stderr)


def test_what_c_prints_is_dropped_inside_alone(capfd: pytest.CaptureFixture[str]) -> None:
    c_prints("before")
    with quiet_portaudio():
        c_prints("Expression 'ret' failed in 'src/hostapi/alsa/pa_linux_alsa.c'")
        os.write(2, b"a line of the terminal\n")
        with quiet_portaudio():  # as another thread's
            c_prints("ALSA lib pcm.c")
        c_prints("ALSA lib pcm.c")
    c_prints("after")
    assert capfd.readouterr().err.split("\n") == [
        "before",
        "a line of the terminal",
        "after",
        "",
    ]


def test_an_error_comes_out_and_c_speaks_again(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="gone"), quiet_portaudio():
        raise OSError("gone")
    c_prints("after")
    assert capfd.readouterr().err == "after\n"
