"""How far envelopes are from those of recordings, told by what they are like, not by where.

Where exactly an attack lies inside a smeared rise cannot be known, and a mean over what could be
is smeared again. So changes over 2 to 12 ms, and strikes (what comes over the mean before it), are
sorted, and compared rank by rank: the Wasserstein distance between their distributions (Bonneel et
al. 2015, "Sliced and Radon Wasserstein Barycenters of Measures"). The largest ones count most, and
of each clip the steepest moment by itself.
"""

import torch
from torch.nn import functional

# In values of the envelope, a quarter of a column each.
_LAGS = (1, 2, 3, 6)
_BEFORE, _WITHIN = 6, 3
_FLOOR_DB, _HEARD_DB, _MOST_RISE_DB = -60.0, -30.0, 55.0
_TAIL, _TOP = 40, 4
# Of a clip's steepest moment a lost dB counts thrice an invented one. Strikes often come a few ms
# after the start of a clip: the silence before them is theirs.
_MISSED, _NOT_SILENT, _START = 0.75, 0.85, 10
_RARE, _OF_START = 0.6, 3.0
_COARSE, _COARSE_FLOOR = 32, 1e-3
# One column, two and three later.
_BUZZ_LAGS, _EVEN = (4, 8, 12), 8


def likeness(made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Distance of distributions, sound by sound ``[n, values]``, in dB; the mean."""
    total = (_crest(made) - _crest(real)).abs().mean()
    for k, (ours, theirs) in enumerate(zip(_changes(made), _changes(real), strict=True)):
        apart = (ours.sort(dim=1)[0] - theirs.sort(dim=1)[0]).abs()
        total = total + apart.mean()
        if k:
            total = total + 0.5 * (apart[:, -_TAIL:].mean() + apart[:, -_TOP:].mean())
    for own, other in zip(_most(made)[1:], _most(real)[1:], strict=True):
        total = total + _short(other - own, _MISSED)
    start = [_under_top(one)[:, :_START].clamp(min=_FLOOR_DB) for one in (real, made)]
    return total + _OF_START * _short(start[1] - start[0], _NOT_SILENT)


def _short(lacking: torch.Tensor, weight: float) -> torch.Tensor:
    """The quantile loss: what lacks costs ``weight``, what is too much the rest of 1."""
    return torch.where(lacking > 0, weight * lacking, (weight - 1) * lacking).mean()


def likeness_of_all(made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Of many sounds that do not belong together: crest, steepest rise and strike, by rank."""
    apart = [b.sort()[0] - a.sort()[0] for a, b in zip(_most(made), _most(real), strict=True)]
    return apart[0].abs().mean() + 2 * sum(_short(one, _RARE) for one in apart[1:])


def coarse_change(made: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """How much levels over 64 ms were changed, but for one gain, dB."""
    change = _coarse(made) - _coarse(before)
    return (change - change.mean(dim=1, keepdim=True)).abs().mean()


def restlessness(gains: torch.Tensor, of_buzz: float, of_all: float) -> torch.Tensor:
    """What nobody asked for: gains that repeat in each column, which buzz, and small ones."""
    fine = gains - _smooth(gains, _EVEN)
    again = [functional.relu(fine[:, k:] * fine[:, :-k]).mean(dim=1) for k in _BUZZ_LAGS]
    buzz = torch.sqrt(torch.stack(again).sum(dim=0) + 1e-3).mean()
    return of_buzz * buzz + of_all * fine.abs().mean()


def rise_share(envelope: torch.Tensor) -> float:
    """Of the sounds that rise by 20 dB within three values."""
    return float((_rise(_under_top(envelope)).amax(dim=1) >= 20).float().mean())


def _under_top(envelope: torch.Tensor) -> torch.Tensor:
    return envelope - envelope.amax(dim=1, keepdim=True)


def _power(envelope: torch.Tensor) -> torch.Tensor:
    return torch.pow(10.0, envelope / 10)


def _crest(envelope: torch.Tensor) -> torch.Tensor:
    mean: torch.Tensor = _power(envelope).mean(dim=1)
    return envelope.amax(dim=1) - 10 * torch.log10(mean)


def _changes(envelope: torch.Tensor) -> list[torch.Tensor]:
    level = _under_top(envelope).clamp(min=_FLOOR_DB)
    return [level, *(level[:, lag:] - level[:, :-lag] for lag in _LAGS), _strike(level)]


def _strike(level: torch.Tensor) -> torch.Tensor:
    """The most of three values over the mean power of the six before, where it is heard."""
    before = 10 * torch.log10(functional.avg_pool1d(_power(level)[:, None], _BEFORE, 1)[:, 0])
    count = before.shape[1] - _WITHIN
    after = torch.stack([level[:, _BEFORE + j : _BEFORE + j + count] for j in range(_WITHIN)]).amax(
        dim=0
    )
    strike = after - before[:, :count]
    return torch.where(after > _HEARD_DB, strike, torch.zeros_like(strike))


def _rise(level: torch.Tensor) -> torch.Tensor:
    steep = torch.maximum(level[:, 3:] - level[:, :-3], level[:, 3:] - level[:, 1:-2])
    return torch.where(level[:, 3:] > _HEARD_DB, steep, torch.zeros_like(steep))


def _most(envelope: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    level = _under_top(envelope)
    rise = _rise(level).clamp(max=_MOST_RISE_DB)
    return (
        _crest(envelope),
        rise.amax(dim=1),
        _strike(level.clamp(min=_FLOOR_DB)).amax(dim=1),
    )


def _coarse(envelope: torch.Tensor) -> torch.Tensor:
    return 10 * torch.log10(_smooth(_power(_under_top(envelope)), _COARSE) + _COARSE_FLOOR)


def _smooth(values: torch.Tensor, over: int) -> torch.Tensor:
    padded = functional.pad(values[:, None], (over // 2, over // 2), mode="replicate")
    return functional.avg_pool1d(padded, over + 1, 1)[:, 0]
