"""Known voices: enrolled from takes, kept on this machine."""

from fastapi import APIRouter, Response
from pydantic import Field

from latent_resonance.contracts.errors import InputError
from latent_resonance.navigate.voices.enrolled import KnownVoices, voices_folder
from latent_resonance.navigate.voices.noise import VoiceNoise
from latent_resonance.navigate.voices.statistics import load_statistics
from latent_resonance.studio.routes.answers import TheStudio, missing
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.ids import Uuid

router = APIRouter(prefix="/api/voices")


class KnownVoiceCard(Schema):
    """A voice that later takes are compared with."""

    name: str
    clips: int = Field(description="recordings that it was made of")
    usable: bool = Field(description="false: damaged, or of an older version")


class NewVoice(Schema):
    """A voice that is to be known."""

    name: str = Field(max_length=40, description="a-z, A-Z, 0-9, - and _")
    takes: list[Uuid] = Field(min_length=1, max_length=20, description="several are better")
    replace: bool = False


@router.get("")
def list_voices() -> list[KnownVoiceCard]:
    """All kept voices, by name."""
    known, current = KnownVoices(voices_folder()), load_statistics().name
    cards = []
    for name in known.names():
        try:
            voice = known.open(name)
        except InputError:  # damaged: it can be deleted, or enrolled again
            cards.append(KnownVoiceCard(name=name, clips=0, usable=False))
            continue
        usable = voice.statistics == current
        cards.append(KnownVoiceCard(name=name, clips=voice.clips, usable=usable))
    return cards


@router.post("", status_code=201)
def enrol_voice(voice: NewVoice, studio: TheStudio) -> KnownVoiceCard:
    """Keep the voice of takes: numbers of which no recording can be made."""
    from latent_resonance.data.decode import decode_mono
    from latent_resonance.sound.voice.clip import RATE

    takes = [studio.voice_takes.find(take) or missing("take") for take in voice.takes]
    maker = VoiceNoise(load_statistics())
    clips = [
        maker.directions(decode_mono(studio.voice_takes.sound(take.id), RATE).samples, take.name)
        for take in takes
    ]
    made = KnownVoices(voices_folder()).enrol(voice.name, clips, maker, replace=voice.replace)
    return KnownVoiceCard(name=made.name, clips=made.clips, usable=True)


@router.delete("/{name}", status_code=204)
def forget_voice(name: str) -> Response:
    """Forget it; pictures that were made with it stay."""
    KnownVoices(voices_folder()).delete(name)
    return Response(status_code=204)
