"""Moods: places of a model of pictures that words ask for."""

from fastapi import APIRouter
from pydantic import Field

from latent_resonance.studio.names import known_bundle
from latent_resonance.studio.patch import Place
from latent_resonance.studio.routes.answers import TheStudio
from latent_resonance.studio.routes.textures import spell
from latent_resonance.studio.schema import Schema

router = APIRouter(prefix="/api/moods")

_MOST = 4


class MoodQuery(Schema):
    """Words for a mood."""

    prompt: str = Field(max_length=20_000)
    better: bool = Field(default=False, description="search for some seconds; one place then")


class FoundMoods(Schema):
    """Places whose pictures fit the words."""

    places: list[Place] = Field(description="the best first, each of another look")
    fits: list[float] = Field(description="how well each fits: 0 is usual, 2 is good")
    understood: list[str] = Field(description="words and phrases that say something to the model")
    unknown: dict[str, str] = Field(
        description="words that say nothing to it, and a word to try in its place or none"
    )


@router.post("/{bundle}")
def find_moods(bundle: str, query: MoodQuery, studio: TheStudio) -> FoundMoods:
    """Places whose pictures fit; 422 with one line for a prompt that cannot be used.

    The first time for a model its pictures are looked at, which takes some seconds.
    """
    with studio.moods.of(known_bundle(bundle)) as finder:
        answer = finder.find(query.prompt, _MOST)
        places, fits = list(answer.places), [float(one) for one in answer.fits]
        if query.better:
            found = finder.search(query.prompt)
            places, fits = [found.w], [found.fit]
    return FoundMoods(
        places=[spell(w) for w in places],
        fits=[round(one, 2) for one in fits],
        understood=list(answer.understood),
        unknown=dict(answer.unknown),
    )
