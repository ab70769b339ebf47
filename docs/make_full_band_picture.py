"""Makes ``docs/pictures/full-band.png``: recordings, their twins at 16 kHz, and what is played.

    python docs/make_full_band_picture.py ../shared/data

Needs the installed package, the extra ``evaluate`` and the full-band recordings.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import soundfile

import latent_resonance as lr

RATE = 48_000
NOTES = ("violin_gmab-055-000.flac", "grand_piano_akai-038-120.flac")
TEXTURES = ("rain_thunder", "metal")
OUTPUT = Path(__file__).parent / "pictures" / "full-band.png"


def main(data: Path) -> None:
    rows = []
    with lr.load("texture") as texture:
        for label in TEXTURES:
            real = min((data / "fullband/textures").glob(f"{label}__*.flac"))
            twin = data / "textures" / real.name
            made = texture.generate(query=[twin], rate=RATE, channels=2)
            rows.append((real, twin, made.samples.mean(axis=1)))
    with lr.load("notes") as notes:
        for name in NOTES:
            real = data / "fullband/notes" / name
            instrument, rest = real.stem.rsplit("_", 1)
            pitch = float(rest.split("-")[1])
            made = notes.generate(pitch=pitch, instrument=instrument, velocity=100, rate=RATE)
            rows.append((real, data / "notes" / name, made.samples))
    figure, axes = plt.subplots(len(rows), 3, figsize=(12, 3 * len(rows)))
    for line, (real, twin, made) in zip(axes, rows, strict=True):
        columns = (
            (real.stem, *read(real)),
            ("its twin, 16 kHz", *read(twin)),
            ("made", made, RATE),
        )
        for axis, (title, sound, rate) in zip(line, columns, strict=True):
            show(axis, np.asarray(sound), rate, title)
    figure.tight_layout()
    figure.savefig(OUTPUT, dpi=70)


def read(path: Path) -> tuple[np.ndarray, int]:
    sound, rate = soundfile.read(path, always_2d=True)
    return sound.mean(axis=1), rate


def show(axis: plt.Axes, sound: np.ndarray, rate: int, title: str) -> None:
    sound = sound[: 2 * rate] / max(float(np.abs(sound).max()), 1e-9)
    size = round(0.032 * rate)
    axis.specgram(
        sound + 1e-9, NFFT=size, noverlap=3 * size // 4, Fs=rate, vmin=-150, vmax=-40, cmap="magma"
    )
    axis.set(title=title, ylim=(0, 24_000), xlim=(0, 2), facecolor="black")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
