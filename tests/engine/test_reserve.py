"""How much sound is kept ready: told in requests, so that no clock decides."""

from latent_resonance.engine.clocks.reserve import MOST_SECONDS, Reserve

RATE, STEP, BLOCK = 16_000, 128, 128


def reserve() -> Reserve:
    return Reserve(RATE, 0.016, STEP, beginning_seconds=0)


def calm(one: Reserve, seconds: float) -> None:
    """The ring is full before each request."""
    for _ in range(round(seconds * RATE / BLOCK)):
        one.took(BLOCK, one.frames - BLOCK, short=False)


def test_a_machine_that_keeps_up_keeps_the_latency_of_rest() -> None:
    one = reserve()
    calm(one, 300)
    assert one.frames == one.most == 256
    assert one.grown_seconds == 0


def test_nearly_empty_is_enough_to_keep_more() -> None:
    one = reserve()
    one.took(BLOCK, 0, short=False)
    assert one.frames == 384
    assert one.grown_seconds == 0.024


def test_what_breaks_while_it_begins_says_nothing_of_the_machine() -> None:
    one = Reserve(RATE, 0.016, STEP, beginning_seconds=2)
    for _ in range(2 * RATE // BLOCK):
        one.took(BLOCK, 0, short=True)
    assert one.frames == 256
    one.took(BLOCK, 0, short=True)
    assert one.frames == 512


def test_breaks_make_it_grow_to_its_limit_and_no_further() -> None:
    one = reserve()
    for _ in range(50):
        one.took(BLOCK, 0, short=True)
    assert one.frames == MOST_SECONDS * RATE


def test_more_than_the_limit_is_kept_only_for_who_asked_for_it_or_takes_it_at_once() -> None:
    asked = Reserve(RATE, 0.2, STEP, beginning_seconds=0)
    asked.took(BLOCK, 0, short=True)
    assert asked.frames == 3_200
    large = reserve()
    for _ in range(50):
        large.took(2_048, 0, short=True)
    assert large.frames == 4_096


def test_it_comes_back_to_rest_in_quiet_parts_and_not_sooner() -> None:
    one = reserve()
    for _ in range(3):
        one.took(BLOCK, 0, short=True)
    assert one.frames == 1_024
    calm(one, 29)
    assert one.frames == 1_024
    calm(one, 31)
    assert 256 < one.frames < 1_024
    calm(one, 200)
    assert one.frames == 256
    assert one.grown_seconds == 0.064, "the report says the most"


def test_what_is_drawn_on_is_not_given_back() -> None:
    """Every few seconds the ring falls to 5 ms: less of it would have been a break."""
    one = reserve()
    for _ in range(2):
        one.took(BLOCK, 0, short=True)
    before = one.frames
    for _ in range(60):
        calm(one, 4)
        one.took(BLOCK, 80, short=False)
    assert one.frames == before
