"""What each message of a page does to the player."""

import numpy as np

from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.studio import wire
from latent_resonance.studio.play.session_player import SessionPlayer
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.uploads import Uploads


def set_on(player: SessionPlayer, message: Schema) -> bool:
    """Follow a message; gives whether the model has to make something for it."""
    waits = False
    match message:
        case wire.SetControls(values=values, present=present, sense=sense):
            waits = player.set_controls(values, present, sense)
        case wire.GoTo(place=place):
            waits = player.go_to(place)
        case wire.Choose(choice=choice, value=value):
            waits = player.choose(choice, value)
        case wire.Midi(data=data, frame=frame):
            player.midi(bytes(data), frame)
        case wire.Forget():
            player.player.forget()
        case wire.SetMap(lines=lines):
            waits = player.set_map(lines)
        case wire.Release(names=names):
            waits = player.release(names)
        case wire.SetMoves(moves=moves):
            waits = player.set_moves(moves)
        case wire.SetTempo(bpm=bpm, beat=beat):
            player.set_tempo(bpm, beat)
        case _:
            _set_on_pictures(player, message)
    return waits


def _set_on_pictures(player: SessionPlayer, message: Schema) -> None:
    """What is about the sound that comes in, and the pictures of it."""
    match message:
        case wire.FollowBeat(follow=follow, multiple=multiple):
            player.follow_beat(follow, multiple)
        case wire.PlaySound(playing=playing, at=at):
            player.sound_in().go(playing=playing, at=at)
        case wire.LimitFlashes(on=on):
            player.limit_flashes(on)


def open_sound(player: SessionPlayer, message: wire.OpenSound, uploads: Uploads) -> None:
    """What plays into an instrument; may take a moment.

    Raises:
        InputError: it takes no sound; or there is no such file, or no sound in it.
    """
    sound = player.sound_in()
    if message.source == "live":
        sound.listen()
    elif message.source == "none" or message.upload is None:
        sound.leave()
    else:
        found = uploads.find(message.upload)
        if found is None:
            raise InputError("the file is no longer there: choose it again")
        path = uploads.path(found)
        try:
            sound.open(path, found.id, found.name)
        except MediaError as error:
            # Told by the player's name of it, not the server's.
            raise InputError(str(error).replace(str(path), found.name)) from error


def hear(player: SessionPlayer, data: bytes) -> bool:
    """A piece of live sound, 16-bit samples; False where it is none, or nobody listens."""
    sound = player.player.sound_in
    if sound is None or len(data) % 2 or not 0 < len(data) <= 2 * wire.MOST_HEARD:
        return False
    sound.hear(np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32_768))
    return True
