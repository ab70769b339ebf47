"""Fifty players at once on one real server: each gets its own sound, whole and in order."""

import asyncio
import json
from typing import Any

import numpy as np
from websockets import Origin
from websockets.asyncio.client import connect

from latent_resonance.studio.frames import HEADER_BYTES, SOUND

PLAYERS = 50
ROUNDS = 40
AHEAD = 3
# Not all of one length, so that an answer that went astray is seen.
SIZES = (960, 480, 1440, 7, 961)


def level_of(player: int) -> float:
    return (player + 1) / 64


async def play(served: Any, player: int, session: str, all_in: asyncio.Barrier) -> int:
    """Pulls with some credit ahead, as a page does; gives the frames that came."""
    async with connect(
        f"ws://{served.host}/api/sessions/{session}/play",
        additional_headers={"Cookie": served.headers["Cookie"]},
        origin=Origin(served.headers["Origin"]),
        compression=None,
        max_size=None,
    ) as socket:
        while json.loads(await socket.recv())["type"] != "ready":
            pass
        # From here on all of them play at the same time.
        await all_in.wait()
        asked = [SIZES[(player + turn) % len(SIZES)] for turn in range(ROUNDS)]
        for frames in asked[:AHEAD]:
            await socket.send(json.dumps({"type": "pull", "frames": frames}))
        clock = 0
        for turn, frames in enumerate(asked):
            while True:
                message = await socket.recv()
                if isinstance(message, bytes):
                    break
                told = json.loads(message)
                assert told["type"] == "meters", told
                assert told["errors"] == 0
            head = SOUND.unpack(message)
            assert (head["frame"], head["frames"]) == (clock, frames)
            samples = np.frombuffer(message[HEADER_BYTES:], "<f4")
            assert len(samples) == frames
            assert (samples == np.float32(level_of(player))).all()
            clock += frames
            if turn + AHEAD < ROUNDS:
                wanted = asked[turn + AHEAD]
                await socket.send(json.dumps({"type": "pull", "frames": wanted}))
        return clock


def test_fifty_players_each_get_the_frames_they_asked_for(served: Any) -> None:
    sessions = [
        served.make_session(controls={"level": level_of(player)}) for player in range(PLAYERS)
    ]

    async def everybody() -> list[int]:
        all_in = asyncio.Barrier(PLAYERS)
        return await asyncio.gather(
            *(play(served, number, session, all_in) for number, session in enumerate(sessions))
        )

    got = asyncio.run(asyncio.wait_for(everybody(), timeout=120))
    asked = [sum(SIZES[(player + k) % len(SIZES)] for k in range(ROUNDS)) for player in range(50)]
    assert got == asked
