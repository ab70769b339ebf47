"""General MIDI's programs as instruments of a bundle: the nearest that it has.

Source of the numbering: General MIDI 1 (RP-003), programs 1 to 128, here 0 to 127.
"""

from collections.abc import Collection

# For each program the instruments to look for, best first; the last word is a family.
_PROGRAMS = """
grand_piano keyboard
grand_piano upright_piano keyboard
electric_grand_cp80 grand_piano keyboard
upright_piano grand_piano keyboard
electric_piano_rhodes electric_piano_wurlitzer keyboard
electric_piano_wurlitzer electric_piano_pianet keyboard
harpsichord acoustic_guitar_steel harp keyboard
clavinet electric_piano_pianet keyboard
celesta glockenspiel mallet
glockenspiel mallet
music_box glockenspiel mallet
vibraphone mallet
marimba mallet
xylophone marimba mallet
tubular_bells vibraphone mallet
dulcimer harp string_plucked
organ church_organ organ
organ church_organ organ
organ church_organ organ
church_organ organ
reed_organ accordion organ
accordion organ
harmonica accordion reed
accordion organ
acoustic_guitar acoustic_guitar_steel guitar
acoustic_guitar_steel acoustic_guitar guitar
electric_guitar acoustic_guitar_steel guitar
electric_guitar acoustic_guitar_steel guitar
electric_guitar acoustic_guitar_steel guitar
electric_guitar synth_lead_saw guitar
electric_guitar synth_lead_saw guitar
electric_guitar acoustic_guitar_steel guitar
electric_bass_fretted_flat bass
electric_bass_jazz electric_bass_fretted_flat bass
electric_bass_vi_roundwound electric_bass_jazz bass
electric_bass_fretted_flat electric_bass_jazz bass
electric_bass_vi_roundwound electric_bass_jazz bass
electric_bass_vi_roundwound electric_bass_jazz bass
synth_bass_1 synth_bass
synth_bass_2 synth_bass
violin string
viola string
cello string
double_bass_bowed_layers double_bass cello string
tremolo_strings violin_section string
pizzicato_strings string_plucked
harp string_plucked
timpani electric_bass_fretted_flat bass
violin_section cello_section string
cello_section violin_section string
synth_pad_warm synth_pad
synth_pad_polysynth synth_pad_warm synth_pad
choir_aahs vocal synth_pad
choir_aahs vocal synth_pad
choir_aahs synth_pad_warm vocal synth_pad
brass_section brass
trumpet brass
trombone brass
tuba tuba_wartuba brass
trumpet brass
french_horn brass
brass_section brass
brass_section synth_lead_saw brass
brass_section synth_pad_warm brass
soprano_sax reed
alto_sax reed
tenor_sax reed
baritone_sax reed
oboe reed
english_horn reed
bassoon reed
clarinet reed
piccolo flute
flute
recorder flute
pan_flute recorder flute
bottle wine_glass recorder flute
recorder flute
recorder flute
recorder flute
synth_lead_square synth_lead
synth_lead_saw synth_lead
synth_lead_square synth_lead
synth_lead_saw synth_lead
synth_lead_saw synth_lead
choir_aahs synth_lead
synth_lead_saw synth_lead
synth_bass_1 synth_lead_saw synth_lead
synth_pad_warm synth_pad
synth_pad_warm synth_pad
synth_pad_polysynth synth_pad
choir_aahs synth_pad
synth_pad_warm synth_pad
synth_pad_polysynth synth_pad
synth_pad_warm synth_pad
synth_pad_polysynth synth_pad
synth_pad_polysynth synth_pad
synth_pad_warm synth_pad
vibraphone synth_pad
synth_pad_polysynth synth_pad
synth_pad_polysynth synth_pad
synth_pad_warm synth_pad
synth_pad_warm synth_pad
synth_pad_polysynth synth_pad
sitar string_plucked
banjo acoustic_guitar_steel guitar
shamisen sitar string_plucked
koto harp string_plucked
kalimba marimba mallet
bagpipe shehnai reed
violin string
shehnai reed
glockenspiel mallet
vibraphone mallet
steel_drum vibraphone mallet
woodblock marimba mallet
taiko marimba mallet
tom marimba mallet
synth_bass_2 synth_bass
vibraphone mallet
acoustic_guitar guitar
flute
synth_pad_warm synth_pad
piccolo flute
vibraphone mallet
synth_pad_warm synth_pad
synth_pad_polysynth synth_pad
marimba mallet
"""
_CANDIDATES = tuple(tuple(line.split()) for line in _PROGRAMS.strip().splitlines())

# What stands in for a family that a bundle was not trained on.
_NEAR = {
    "vocal": "synth_pad",
    "string_plucked": "guitar",
    "guitar": "string_plucked",
    "synth_bass": "bass",
    "synth_lead": "reed",
    "synth_pad": "string",
}


def instrument_for_program(program: int, known: Collection[str]) -> str:
    """The instrument or family of ``known`` that is nearest to a General MIDI program.

    Args:
        program: 0..127.
        known: names of instruments and of families.

    Raises:
        ValueError: ``known`` is empty.
    """
    candidates = _CANDIDATES[program % len(_CANDIDATES)]
    for name in candidates:
        if name in known:
            return name
    family = candidates[-1]
    # A relative by name, such as flute_alto for flute.
    for name in sorted(known):
        if any(name.startswith(candidate) for candidate in candidates):
            return name
    near = _NEAR.get(family, "keyboard")
    if near in known:
        return near
    if not known:
        raise ValueError("there is no instrument to choose from")
    return min(known)
