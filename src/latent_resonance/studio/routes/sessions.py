"""Sessions: what a page plays. The sound itself goes over ``/api/sessions/{id}/play``."""

from fastapi import APIRouter, Response

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.play.instrument import find_instrument
from latent_resonance.studio.routes.answers import TheStudio, missing
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.store.sessions import Session

router = APIRouter(prefix="/api/sessions")


@router.post("", status_code=201)
def make_session(patch: Patch, studio: TheStudio) -> Session:
    """A new session; the instrument is opened when its socket is."""
    instrument = find_instrument(studio.instruments(), patch.instrument)
    studio.usage.count(f"instrument {patch.instrument}")
    return studio.sessions.add(instrument.complete(patch))


@router.get("/{session}")
def get_session(session: Uuid, studio: TheStudio) -> Session:
    """A session with all that is set in it now."""
    return studio.sessions.find(session) or missing("session")


@router.put("/{session}/patch")
def put_patch(session: Uuid, patch: Patch, studio: TheStudio) -> Session:
    """Everything anew, such as a preset or an undone step; a playing page follows at once."""
    patch = find_instrument(studio.instruments(), patch.instrument).complete(patch)
    before = studio.sessions.find(session)
    if before is None or not studio.sessions.put(session, patch):
        missing("session")
    try:
        studio.players.follow(session, patch)
    except ResonanceError:  # it is not played, so it is not kept
        studio.sessions.put(session, before.patch)
        raise
    return get_session(session, studio)


@router.delete("/{session}", status_code=204)
def remove_session(session: Uuid, studio: TheStudio) -> Response:
    """Forget it; its takes stay."""
    if not studio.sessions.remove(session):
        missing("session")
    studio.players.end(session)
    return Response(status_code=204)
