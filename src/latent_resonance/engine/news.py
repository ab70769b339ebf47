"""What went wrong in a live performance since it was last asked, and what is well again."""

from latent_resonance.contracts.parts import TroubledStage
from latent_resonance.engine.clocks.recordings import Recordings
from latent_resonance.engine.performance import Performance

_GONE = " is gone"


class News:
    """Lines for the terminal, each once.

    Args:
        performance: whose senses and stages may be in trouble.
        recordings: of it, which may end before it.
    """

    def __init__(self, performance: Performance, recordings: Recordings) -> None:
        self._performance, self._recordings = performance, recordings
        self._ended = 0
        self._troubles: dict[str, None] = {}

    def read(self) -> list[str]:
        """Files that ended, troubles that began and troubles that are over, since the last call."""
        lines = self._recordings.ended[self._ended :]
        self._ended += len(lines)
        said = [sensor.trouble for sensor in self._performance.senses.sensors]
        stages = self._performance.stages
        said += [stage.trouble for stage in stages if isinstance(stage, TroubledStage)]
        before, self._troubles = self._troubles, dict.fromkeys(filter(None, said))
        lines += [trouble for trouble in self._troubles if trouble not in before]
        return lines + [_over(trouble) for trouble in before if trouble not in self._troubles]


def _over(trouble: str) -> str:
    thing = trouble.removesuffix(_GONE)
    return f"no longer: {trouble}" if thing == trouble else f"{thing} is back"
