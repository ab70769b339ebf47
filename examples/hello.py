"""Hello, sound: load an instrument, make a sound of one place of its model, save it.

    python examples/hello.py [FOLDER]

How it works inside is five files: this one, engine/performance.py (one step of a performance),
contracts/parts.py (the five roles that it joins), navigate/energy.py (a part of one role).
"""

import sys
from pathlib import Path

import latent_resonance as lr

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
with lr.load("texture") as texture:
    # A seed chooses a place in the model's latent space; the same seed gives the same sound.
    sound = texture.generate(seed=7)
    print(sound.save(folder / "hello.wav"), f"{sound.seconds:.2f} s")

    # Sliders move away from it (-5 .. 5), and named places can be blended in (0 .. 1).
    bright = texture.generate(seed=7, brightness=3.0, rain=0.5)
    print(bright.save(folder / "hello_bright.wav"), f"{bright.seconds:.2f} s")

    # All that it understands, with ranges.
    for control in texture.controls[:5]:
        print(f"{control.name}: {control.low:g} .. {control.high:g} {control.unit}")
