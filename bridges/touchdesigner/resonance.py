"""Builds both ends of the bridge inside TouchDesigner.

Paste it into a Text DAT and choose Run Script from the DAT's menu. It makes a Constant CHOP with
the texture's sliders, an OSC Out CHOP that sends them, an OSC In CHOP for what is heard, and an
NDI In TOP for the pictures, beside the DAT.
"""

CONTROLS = ("brightness", "rate", "impact", "size", "roughness")
ADDRESS, TO_RESONANCE, FROM_RESONANCE = "127.0.0.1", 9000, 8338
SOURCE = "Latent Resonance"


def set_channel(constant, number, name, value):
    """A channel of a Constant CHOP; its parameters had other names before 2022."""
    for label, given in (("name", name), ("value", value)):
        fresh, older = f"const{number}{label}", f"{label}{number}"
        setattr(constant.par, fresh if hasattr(constant.par, fresh) else older, given)


def build(place, kinds):
    """Make the operators in ``place``; ``kinds`` holds TouchDesigner's own operator types."""
    sliders = place.create(kinds["constantCHOP"], "resonance_sliders")
    if hasattr(sliders, "seq"):
        sliders.seq.const.numBlocks = len(CONTROLS)
    for number, name in enumerate(CONTROLS):
        set_channel(sliders, number, name, 0)
    out = place.create(kinds["oscoutCHOP"], "resonance_out")
    out.par.netaddress, out.par.port = ADDRESS, TO_RESONANCE
    out.inputConnectors[0].connect(sliders)
    heard = place.create(kinds["oscinCHOP"], "resonance_heard")
    heard.par.port = FROM_RESONANCE
    pictures = place.create(kinds["ndiinTOP"], "resonance_pictures")
    pictures.par.name = SOURCE
    return sliders, out, heard, pictures


if "oscoutCHOP" in globals():  # inside TouchDesigner
    build(parent(), globals())  # noqa: F821 - TouchDesigner's own
