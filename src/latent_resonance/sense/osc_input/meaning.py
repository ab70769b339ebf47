"""What a message means that is not a face's: a note, or the value of a control."""

from collections.abc import Mapping, Sequence

from latent_resonance.contracts.values import Event, EventKind

_MOST_ARGUMENTS = 64
_PEDAL = 64


def named_values(
    address: str, numbers: Sequence[float], named: Mapping[str, str]
) -> dict[str, float]:
    """Controls that a message sets; none where its address names none.

    One number sets ``NAME``; several set ``NAME_1``, ``NAME_2``, ...

    Args:
        address: of the message; its last word is the name.
        numbers: its arguments.
        named: names of those addresses whose last word would not tell.
    """
    name = named.get(address) or address.rpartition("/")[2]
    if not name.isidentifier() or not 0 < len(numbers) <= _MOST_ARGUMENTS:
        return {}
    if len(numbers) == 1:
        return {name: numbers[0]}
    return {f"{name}_{place}": number for place, number in enumerate(numbers, 1)}


def read_event(address: str, numbers: Sequence[float], seconds: float) -> Event | None:
    """The event that a message stands for; None where it is no such message.

    Args:
        address: of the message.
        numbers: its arguments, finite.
        seconds: when it happens, on the performance's clock.
    """
    if address not in _ARGUMENTS:
        return None
    needed = _ARGUMENTS[address]
    if address == "/all_off":
        channel = int(numbers[0]) - 1 if len(numbers) == 1 else -1
        return Event(seconds, "all_off", channel if 0 <= channel < 16 else -1)
    if not needed <= len(numbers) <= needed + 1:
        return None
    channel = int(numbers[needed]) - 1 if len(numbers) > needed else 0
    first = numbers[0]
    keyed = address in {"/note", "/note_off"}
    if not 0 <= channel < 16 or (keyed and not 0 <= first <= 127):
        return None
    kind: EventKind = "note_off"
    key, value = round(first) if keyed else -1, 0.0
    if address == "/note" and numbers[1] > 0:
        kind, value = "note_on", min(max(numbers[1], 1.0), 127.0)
    elif address == "/bend":
        kind, value = "bend", min(max(first, -1.0), 1.0)
    elif address == "/pedal":
        kind, key, value = "control", _PEDAL, 127.0 if first > 0 else 0.0
    elif address == "/program":
        kind, value = "program", float(min(max(round(first), 0), 127))
    return Event(seconds, kind, channel, key, value)


_ARGUMENTS = {"/note": 2, "/note_off": 1, "/bend": 1, "/pedal": 1, "/program": 1, "/all_off": 0}
"""Address to the number of its arguments without the channel."""
