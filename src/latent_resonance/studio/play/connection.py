"""One page's socket: reads what it wants, gives it sound, pictures, meters."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from latent_resonance.contracts.errors import InputError, ResonanceError
from latent_resonance.contracts.text_files import first_fault
from latent_resonance.studio import wire
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.play.context import PlayContext
from latent_resonance.studio.play.obey import hear, open_sound, set_on
from latent_resonance.studio.play.session_player import SessionPlayer
from latent_resonance.studio.play.take_recorder import TakeRecorder
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.sessions import Session

_METERS_SECONDS = 0.25
_VALUES_SECONDS = 1 / 30
_HEARD_SECONDS = 1 / 20
_KEEP_EVERY = 4  # meters between two looks whether the patch has to be kept
_KEEP_SECONDS = 0.05  # between two times that what is told afterwards is kept
# Handing a block to another thread and back costs two waits for a processor that may be busy:
# quick ones stay here, and others too while those of all players together are soon done.
_QUICK_SECONDS = 0.001
_SOON_SECONDS = 0.004
_MOST_REASON_BYTES = 120
# A page that has gone said all it will say: what of it is still to be read is read by then.
_LAST_WORDS_SECONDS = 1.0

T = TypeVar("T")


class _Over(Exception):  # noqa: N818 - an end, not an error
    """The socket is to be closed with this code and these words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Connection:
    """Serves one socket until either side ends it.

    Args:
        socket: not accepted yet.
        session: that it plays.
        context: what all connections share.
        as_frames: the page wants pictures, whatever it could draw by itself.
    """

    def __init__(
        self, socket: WebSocket, session: str, context: PlayContext, *, as_frames: bool = False
    ) -> None:
        self._socket = socket
        self._session = session
        self._context = context
        self._as_frames = as_frames
        self._loop = asyncio.get_running_loop()
        self._owed: deque[int] = deque()
        self._wake = asyncio.Event()
        self._look = 0
        self._lost: asyncio.Queue[_Over] = asyncio.Queue()
        self._names: asyncio.Queue[wire.InstrumentNow] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._patches: asyncio.Queue[Patch] = asyncio.Queue()
        self._following = False
        self._unkept: list[wire.Applied] = []
        self._to_keep = asyncio.Event()
        self._take = TakeRecorder(session, context.takes)
        self._moved = False
        self._values_at = self._heard_at = 0.0
        self._drawn = asyncio.Event()
        self._player: SessionPlayer

    def lose_player(self) -> None:
        """Another page plays this session now; from any thread."""
        self._lose(_Over(wire.CloseCode.TAKEN_OVER, "another page plays this session now"))

    def lose_instrument(self) -> None:
        """What it plays was deleted; from any thread."""
        self._lose(_Over(wire.CloseCode.FAILED, "this instrument was deleted: choose another one"))

    def _lose(self, over: _Over) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed, and so is the socket
            self._loop.call_soon_threadsafe(self._lost.put_nowait, over)

    def take_name(self, before: str, name: str) -> None:
        """What it plays goes by another name; from any thread."""
        told = wire.InstrumentNow(before=before, name=name)
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._names.put_nowait, told)

    def take_patch(self, patch: Patch) -> None:
        """The session was changed from elsewhere; from any thread."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._patches.put_nowait, patch)

    async def serve(self) -> None:
        """All of it; returns when the socket is closed."""
        await self._socket.accept()
        try:
            try:
                await self._open()
                await self._play()
            finally:
                await asyncio.shield(asyncio.ensure_future(self._leave()))
        except _Over as over:
            reason = over.words.encode()[:_MOST_REASON_BYTES].decode(errors="ignore")
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # closed already
                await self._socket.close(over.code, reason)
        except WebSocketDisconnect:
            return

    async def _open(self) -> None:
        found = await asyncio.to_thread(self._claim)
        if found is None:
            raise _Over(wire.CloseCode.NO_SESSION, "there is no such session")
        await self._send(wire.Loading(what=f"opening {found.patch.instrument}"))
        patch, told = found.patch, ""
        while True:
            try:
                self._player = await asyncio.to_thread(
                    self._context.players.take, self._session, patch, self, self._as_frames
                )
                break
            except (ResonanceError, OSError) as error:
                # A model may have been exchanged for one of another size under its name.
                if told or patch.place is None or not isinstance(error, InputError):
                    await self._send(wire.Notice(level="error", text=told or str(error)))
                    raise _Over(wire.CloseCode.FAILED, told or str(error)) from error
                told, patch = str(error), patch.model_copy(update={"place": None})
        if told:
            await self._send(wire.Notice(level="warning", text=f"{told}: its own place plays"))
        await self._ready()

    def _claim(self) -> Session | None:
        """The session, to be played here; a player of it that is behind is ended."""
        claimed = self._context.sessions.claim(self._session)
        if claimed is None:
            return None
        found, elsewhere = claimed
        if elsewhere:
            self._context.players.end(self._session)
        return found

    async def _ready(self) -> None:
        player = self._player
        if player.player.drawn is not None:
            player.player.drawn.on_ready = self._tell_drawn
            player.limit_flashes(True)
        await self._send(
            wire.Ready(
                protocol=wire.PROTOCOL,
                session=self._session,
                patch=player.patch,
                channels=player.player.channels,
                frame=player.frame,
                latency_ms=round(player.latency_ms, 2),
                picture=player.picture.layout,
                drawn=player.player.drawn_layout,
            )
        )

    async def _play(self) -> None:
        work = (
            self._read(),
            self._sound(),
            self._pictures(),
            self._tell(),
            self._keep_first(),
            self._follow(),
            self._tell_names(),
            self._wait_for_loss(),
            self._wait_for_last_words(),
        )
        tasks = [asyncio.ensure_future(one) for one in work]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _leave(self) -> None:
        """Keep what was set and what was recorded; the player stays open for a while."""
        if not hasattr(self, "_player"):
            return
        await self._end_take(tell=False)
        if self._player.changed:
            await self._keep()
        await asyncio.to_thread(self._context.players.leave, self._session, self)

    # ---- from the page ---------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            received = await self._socket.receive()
            if received["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(received.get("code", 1005))
            text = received.get("text")
            if text is None:
                if not hear(self._player, received.get("bytes") or b""):
                    raise _Over(wire.CloseCode.WRONG_MESSAGE, "this is no piece of sound")
                continue
            try:
                message = wire.FROM_PAGE.validate_json(text)
            except ValidationError as error:
                where, said = first_fault(error)
                words = f"{where}: {said}" if where else said
                raise _Over(wire.CloseCode.WRONG_MESSAGE, words) from error
            await self._follow_message(message)

    async def _follow_message(self, message: Schema) -> None:
        match message:
            case wire.Pull(frames=frames):
                if sum(self._owed) + frames > wire.MOST_OWED:
                    words = f"more than {wire.MOST_OWED} frames were asked for at once"
                    raise _Over(wire.CloseCode.WRONG_MESSAGE, words)
                self._owed.append(frames)
                self._wake.set()
            case wire.Look(columns=columns):
                self._look = columns
            case wire.Ping(sent=sent):
                await self._send(wire.Pong(sent=sent, frame=self._player.frame))
            case wire.RecordTake():
                await self._record(message)
            case _:
                await self._set(message)

    async def _set(self, message: Schema) -> None:
        player = self._player
        number = int(getattr(message, "id", 0))
        try:
            if isinstance(message, wire.OpenSound):
                await asyncio.to_thread(open_sound, player, message, self._context.uploads)
            waits = set_on(player, message)
        except ResonanceError as error:
            await self._send(wire.Notice(level="warning", text=str(error), id=number))
            return
        applied = wire.Applied(id=number, frame=player.in_force_from(), waiting_model=waits)
        if self._context.sessions.kept_first and player.changed:
            self._unkept.append(applied)
            self._to_keep.set()
        else:
            await self._send(applied)
        if isinstance(message, wire.SetMoves) and not player.patch.moves:
            await self._tell_values()

    # ---- to the page -----------------------------------------------------------------------

    async def _sound(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._owed:
                player = self._player
                sound = await self._make(player, player.pull, self._owed.popleft())
                await self._put(sound)
                await self._tell_values()
                await self._tell_heard()
                if self._look and not self._owed:  # sound goes first
                    picture = await self._make(player, player.draw, self._look)
                    if picture is not None:
                        self._look = 0
                        await self._put(picture)

    async def _tell_values(self) -> None:
        """Where moved controls are, not too often; once more when nothing moves any longer."""
        player = self._player
        values = dict(player.player.moved)
        now = self._loop.time()
        if values and now - self._values_at < _VALUES_SECONDS:
            return
        if values or self._moved:
            self._moved, self._values_at = bool(values), now
            beat = round(player.player.beat, 4)
            await self._send(wire.ValuesNow(frame=player.frame, beat=beat, values=values))

    async def _tell_heard(self) -> None:
        now = self._loop.time()
        if now - self._heard_at < _HEARD_SECONDS:
            return
        heard = self._player.heard()
        if heard is not None:
            self._heard_at = now
            await self._send(heard)

    async def _pictures(self) -> None:
        """Each as soon as it is made; it is shown when its sound is heard."""
        while True:
            await self._drawn.wait()
            self._drawn.clear()
            for message in self._player.drawn():
                await self._put(message)

    def _tell_drawn(self) -> None:
        """There is a picture; from any thread."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._drawn.set)

    async def _make(self, player: SessionPlayer, make: Callable[[int], T], count: int) -> T:
        """Here where that is quick, else on another thread."""
        cost, players = player.cost_seconds, self._context.players.playing
        if cost < _QUICK_SECONDS or cost * players < _SOON_SECONDS:
            return make(count)
        return await self._loop.run_in_executor(self._context.threads, make, count)

    async def _tell(self) -> None:
        # Many pages that came at once are not all told at once.
        await asyncio.sleep(_METERS_SECONDS * random.random())  # noqa: S311 - no secret
        count = 0
        while True:
            await asyncio.sleep(_METERS_SECONDS)
            meters = self._player.meters()
            await self._send(meters)
            if self._take.on and not self._player.recording:
                await self._send(wire.Notice(level="error", text=meters.last_error))
                await self._end_take(tell=True)
            count += 1
            if self._player.changed and count % _KEEP_EVERY == 0:
                await self._keep()

    async def _keep_first(self) -> None:
        """What is set is kept, then told: a page whose replica dies loses nothing it was told."""
        while True:
            await self._to_keep.wait()
            self._to_keep.clear()
            told, self._unkept = self._unkept, []
            if await self._keep():
                for applied in told:
                    await self._send(applied)
            else:  # a patch from elsewhere is to be played first, or nobody answers
                self._unkept = [*told, *self._unkept]
                self._to_keep.set()
            await asyncio.sleep(_KEEP_SECONDS)

    async def _follow(self) -> None:
        """A patch from elsewhere; the old sound goes on while another instrument is opened."""
        while True:
            patch = await self._patches.get()
            if not self._patches.empty():
                continue  # the latest wins
            self._following = True
            try:
                if await asyncio.to_thread(self._player.follow, patch):
                    await self._send(wire.PatchNow(patch=patch))
                else:
                    await self._exchange(patch)
            except (ResonanceError, OSError) as error:
                await self._send(wire.Notice(level="error", text=str(error)))
                await self._send(wire.PatchNow(patch=self._player.patch))
            self._following = False
            await self._keep()  # as it plays now; another one may have been kept meanwhile

    async def _tell_names(self) -> None:
        while True:
            await self._send(await self._names.get())

    async def _exchange(self, patch: Patch) -> None:
        await self._send(wire.Loading(what=f"opening {patch.instrument}"))
        player = await self._open_another(patch)
        exchange = self._context.players.exchange
        if not await asyncio.to_thread(exchange, self._session, self, player):
            player.close()
            return
        self._player = player
        self._take.follow(player)
        await self._ready()

    async def _open_another(self, patch: Patch) -> SessionPlayer:
        opening = asyncio.ensure_future(
            asyncio.to_thread(self._context.players.open, patch, self._as_frames)
        )
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:  # the page is gone: nobody will play it
            opening.add_done_callback(_close_opened)
            raise

    async def _wait_for_loss(self) -> None:
        raise await self._lost.get()

    async def _wait_for_last_words(self) -> None:
        await self._gone.wait()
        await asyncio.sleep(_LAST_WORDS_SECONDS)
        raise WebSocketDisconnect(1006)

    async def _record(self, message: wire.RecordTake) -> None:
        if not message.on:
            await self._end_take(tell=True)
            return
        if not self._context.records:
            await self._send(wire.Notice(level="info", text="guests of a room record no takes"))
            return
        if self._player.recording:
            await self._send(wire.Notice(level="info", text="a take is being recorded already"))
            return
        try:
            self._take.begin(self._player, message.name)
        except ResonanceError as error:
            await self._send(wire.Notice(level="error", text=str(error)))
            return
        await self._send(wire.TakeNow(recording=True))

    async def _end_take(self, *, tell: bool) -> None:
        ended: Schema | None
        try:
            ended = await asyncio.to_thread(self._take.end, self._player)
        except ResonanceError as error:
            ended = wire.Notice(level="error", text=str(error))
        if tell and ended is not None:
            await self._send(ended)

    async def _keep(self) -> bool:
        """The patch as it plays; not in place of one that came from elsewhere and is to play."""
        if self._following or not self._patches.empty():
            return False
        self._player.changed = False
        player, sessions = self._player, self._context.sessions
        kept = await sessions.keep(self._session, player.patch, sessions.seen)
        player.changed = player.changed or not kept
        return kept

    async def _send(self, message: Schema) -> None:
        await self._put(message.model_dump_json())

    async def _put(self, message: str | bytes) -> None:
        """Nothing once the page has gone: its last words are still read, and that read ends all."""
        if self._gone.is_set():
            return
        try:
            if isinstance(message, str):
                await self._socket.send_text(message)
            else:
                await self._socket.send_bytes(message)
        except WebSocketDisconnect:
            self._gone.set()
        except RuntimeError:  # another task of ours met the end first
            if self._socket.application_state is not WebSocketState.DISCONNECTED:
                raise
            self._gone.set()


def _close_opened(opening: "asyncio.Future[SessionPlayer]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
