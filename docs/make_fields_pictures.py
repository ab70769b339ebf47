"""Pictures of the model ``fields`` for the docs: ``python docs/make_fields_pictures.py``.

A sheet of random places, not picked; strips, one control a row; moods. With ``--measure`` also the
table of controls against measured attributes (needs PyTorch; some minutes).
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.members import MAPPING
from latent_resonance.contracts.values import ByteArray, FloatArray, Latent, Spec
from latent_resonance.models import openvino
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.networks.fields.layout import CONTROLS, FAMILIES

PICTURES = Path(__file__).parent / "pictures"
SEEDS = range(1000, 1048)
ACROSS = 9
STRIP_SEEDS = range(2000, 2100)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--measure", action="store_true", help="print the table of controls")
    options = given.parse_args()
    bundle = open_bundle("fields")
    mapping = Member(bundle, MAPPING)
    places = [seeded_place(bundle, seed, mapping) for seed in SEEDS]
    keep(sheet(drawn(bundle, places, 144), 12), "fields-sheet")
    moods = [bundle.space.place(name) for name in bundle.space.shown]
    keep(sheet(drawn(bundle, moods, 240), 6), "fields-moods")
    rows, seeds = [], iter(STRIP_SEEDS)
    for name in ("hue", *CONTROLS, *FAMILIES, "warmth"):
        way = bundle.space.directions[name].vector
        w = seeded_place(bundle, next(seeds), mapping)
        if name == "points":  # without a kaleidoscope there are none
            w = w + 5 * bundle.space.directions["symmetry"].vector
        low = 0 if name in FAMILIES else -1
        rows += [w + np.float32(step) * way for step in np.linspace(5 * low, 5, ACROSS)]
    keep(sheet(drawn(bundle, rows, 112), ACROSS), "fields-strips")
    if options.measure:
        measure_controls()


def drawn(bundle: Bundle, places: list[FloatArray], size: int) -> list[ByteArray]:
    """Each place at twice the size, halved: as it looks on a fine screen."""
    part = openvino.Part(openvino.Options(), bundle)
    part.prepare(Spec(format=PictureFormat(2 * size, 2 * size)))
    pictures = [part.generate(Latent(np.asarray(w, np.float32))).pixels for w in places]
    part.close()
    return [one.reshape(size, 2, size, 2, 3).mean((1, 3)).astype(np.uint8) for one in pictures]


def sheet(pictures: list[ByteArray], across: int) -> ByteArray:
    rows = [np.concatenate(pictures[k : k + across], 1) for k in range(0, len(pictures), across)]
    return np.concatenate(rows)


def keep(picture: ByteArray, name: str) -> None:
    Image.fromarray(picture).save(PICTURES / f"{name}.webp", quality=82, method=6)


def measure_controls(count: int = 200, seed: int = 8) -> None:
    """All controls at once, uniform, over unseen places: rank correlation with every measure.

    Below it, each control alone: moved by seven steps while all else of a place stands still, also
    its calibration, as a performer moves it; the median of 40 places.
    """
    import torch

    from latent_resonance.evaluation.pictures.appearance import (
        hue_agreement,
        measure,
        rank_correlation,
    )
    from latent_resonance.networks.fields.fold import Fold
    from latent_resonance.networks.fields.layout import slot
    from latent_resonance.networks.fields.sample import Sample, calibrate
    from latent_resonance.training.fields.build import draw_place

    torch.set_num_threads(1)
    names = [name for name in CONTROLS if name != "points"]
    fold, random = Fold().eval(), np.random.default_rng(seed)
    sample = Sample(fold).eval()
    asked, seen = [], []
    with torch.no_grad():
        for k in range(count):
            w = draw_place(sample, 100_000 + k)
            values = random.uniform(-1, 1, len(names))
            hue = random.uniform(-1, 1)
            for name, value in zip(names, values, strict=True):
                w[0, slot(name)] = float(value)
            turn(w, hue)
            asked.append([float(fold.palette.angle(torch.tensor(hue))), *values])
            seen.append(measure(picture(fold, calibrate(fold, w))))
        table = np.array(asked)
        hues = hue_agreement(np.degrees(table[:, 0]), [one.hue_degrees for one in seen])
        print(f"hue {hues:.3f}\n{'':9}" + " ".join(f"{name[:7]:>8}" for name in names))
        for row, name in enumerate(names):
            found = [
                rank_correlation(table[:, row + 1], np.array([getattr(one, other) for one in seen]))
                for other in names
            ]
            print(f"{name:9}" + " ".join(f"{value:8.3f}" for value in found))
        places = [draw_place(sample, 200_000 + k) for k in range(40)]
        steps, alone = np.linspace(-1, 1, 7), []
        for name in ("hue", *names):
            each = []
            for place in places:
                looks = []
                for step in steps:
                    w = place.clone()
                    if name == "hue":
                        turn(w, float(step) * 0.9)
                    else:
                        w[0, slot(name)] = float(step)
                    looks.append(measure(picture(fold, w)))
                if name == "hue":
                    angles = [float(fold.palette.angle(torch.tensor(0.9 * x))) for x in steps]
                    each.append(hue_agreement(np.degrees(angles), [x.hue_degrees for x in looks]))
                else:
                    each.append(rank_correlation(steps, [getattr(x, name) for x in looks]))
            alone.append(f"{name} {np.median(each):.2f}")
        print("alone: " + ", ".join(alone))


def turn(w: Any, hue: float) -> None:
    """Sets the named hue of a place, ``[1, SIZE]``, in half turns."""
    import torch

    from latent_resonance.networks.fields.layout import SLOTS

    angle = torch.tensor(np.pi * hue)
    w[0, SLOTS["hue"]] = torch.stack([torch.cos(angle), torch.sin(angle)]).float()


def picture(fold: Any, w: Any, size: int = 128) -> ByteArray:
    """As PyTorch draws it."""
    from latent_resonance.networks.fields.draw import draw, grid

    seen = draw(fold(w), grid(size, size))[0].permute(1, 2, 0)
    return np.asarray((255 * seen).round().byte().numpy())


if __name__ == "__main__":
    main()
