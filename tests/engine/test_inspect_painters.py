"""What is told of text-to-image models, with and without what they need."""

import sys

from diffusion_forge import parts

from latent_resonance.bundles.write import write_bundle
from latent_resonance.engine import inspect_painters
from latent_resonance.engine.inspect_painters import NO_BUNDLE, list_painters


def test_each_kind_is_one_line_of_what_it_does_or_lacks(tmp_path, monkeypatch) -> None:
    painting, broken = (tmp_path / f"{name}.resonance" for name in ("tiny", "bad"))
    write_bundle(painting, *parts())
    broken.write_bytes(b"nothing")
    found = {"tiny": painting, "bad": broken}
    monkeypatch.setattr(inspect_painters, "list_bundles", lambda: found)
    monkeypatch.setattr("latent_resonance.bundles.find.list_bundles", lambda: found)
    monkeypatch.setattr(
        "latent_resonance.models.text_to_image.installed.find_spec", lambda name: None
    )
    monkeypatch.setitem(sys.modules, "openvino_genai", None)
    bundles, diffusion, genai = list_painters()
    assert bundles == "bundles: tiny: cpu"
    assert diffusion.endswith("pip install 'latent-resonance[diffusion]'")
    assert "pip install 'latent-resonance[genai]'" in genai
    del found["tiny"]
    assert list_painters()[0] == f"bundles: {NO_BUNDLE}"
