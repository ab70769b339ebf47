"""The network from what music is like to a point among moods, as it is trained."""

from torch import Tensor, nn


class MoodNetwork(nn.Module):
    """Three layers with tanh; runs without PyTorch in ``sense/listening/mood_map``.

    Args:
        measures: inputs, standardised.
        hidden: width of the two layers between.
        axes: outputs, each -1..1.
    """

    def __init__(self, measures: int, hidden: int, axes: int) -> None:
        super().__init__()
        self.first = nn.Linear(measures, hidden)
        self.second = nn.Linear(hidden, hidden)
        self.third = nn.Linear(hidden, axes)

    def forward(self, measures: Tensor) -> Tensor:
        """``[..., measures]`` to ``[..., axes]``."""
        found: Tensor = self.third(self.second(self.first(measures).tanh()).tanh()).tanh()
        return found
