"""A conditional variational autoencoder of notes (Kingma and Welling 2013; Sohn et al. 2015).

What a note sounds like (timbre, family, velocity) is learned; where its partials lie is drawn by
``PartialsToLevels``, so that any real-valued pitch is in tune, and a glide is a change of one
number. Each family has its own normal of timbres, which makes the timbre of the player, standard
normal, sound like that family wherever it is.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.autoencoder import Grow, Residual
from latent_resonance.networks.noise_scatter import NoiseScatter
from latent_resonance.networks.partials import PartialsToLevels, band_weights


@dataclass(frozen=True, slots=True)
class NoteSize:
    """The numbers that fix the shapes.

    Attributes:
        families: how many.
        latent: length of the timbre.
        bins: rows of the spectrogram,
        columns: and its columns.
        n_fft: of the STFT.
        sample_rate: in Hz.
        lobe_bins: see ``PartialsToLevels``.
        partials: at most.
        bands: of noise.
        hidden: width of the static path.
        channels: width of the path over time.
        seeds: positions in time that the latent is unfolded to; half the columns are reached by
            doubling.
        hop: samples between columns.
        scatter: whether the scatter of noise is drawn, see ``NoiseScatter``.
    """

    families: int
    latent: int = 32
    bins: int = 512
    columns: int = 384
    n_fft: int = 1024
    sample_rate: int = 16_000
    lobe_bins: float = 1.0
    partials: int = 128
    bands: int = 64
    hidden: int = 320
    channels: int = 128
    seeds: int = 12
    hop: int = 128
    scatter: bool = False

    @property
    def conditions(self) -> int:
        """Length of family, pitch and velocity together."""
        return self.families + 2


class TimbrePrior(nn.Module):
    """A normal of timbres for each family; mixed families mix their normals."""

    def __init__(self, size: NoteSize) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(size.families, size.latent))
        self.log_deviation = nn.Parameter(torch.zeros(size.families, size.latent))

    def forward(self, family: Tensor) -> tuple[Tensor, Tensor]:
        """Weights ``[batch, families]`` => mean and deviation ``[batch, latent]``."""
        return family @ self.mean, torch.exp(family @ self.log_deviation.clamp(-4, 2))


class NoteDecoder(nn.Module):
    """Timbre, family, pitch and velocity => levels in dB."""

    def __init__(self, size: NoteSize, range_db: float = 80.0) -> None:
        super().__init__()
        self.size, self.range_db = size, range_db
        h, c = size.hidden, size.channels
        inputs = size.latent + size.conditions + 2
        self.unfold = nn.Sequential(
            nn.Linear(inputs, h), nn.GELU(), Residual(h), Residual(h), Residual(h)
        )
        self.to_seeds = nn.Linear(h, c * size.seeds)
        steps = (size.columns // 2 // size.seeds).bit_length() - 1
        if size.seeds << (steps + 1) != size.columns:
            raise ValueError(
                f"columns {size.columns} must be seeds {size.seeds} times a power of 2"
            )
        self.grow = nn.ModuleList(Grow(c) for _ in range(steps))
        self.moving = nn.Conv1d(c, h, 1)
        self.static = nn.Linear(h, h)
        self.to_partials = nn.Conv1d(h, size.partials, 1)
        self.to_bands = nn.Conv1d(h, size.bands, 1)
        self.partials_at_rest = nn.Linear(h, size.partials)
        self.bands_at_rest = nn.Linear(h, size.bands)
        self.to_stretch = nn.Linear(h, 1)
        nn.init.zeros_(self.to_stretch.weight)
        nn.init.constant_(self.to_stretch.bias, -9.0)
        scatter = NoiseScatter(size.bins, size.columns, size.hop) if size.scatter else None
        self.draw = PartialsToLevels(
            size.bins,
            size.sample_rate,
            size.n_fft,
            size.partials,
            size.bands,
            size.lobe_bins,
            scatter,
        )

    def parts(
        self, timbre: Tensor, family: Tensor, pitch: Tensor, velocity: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Levels of partials and of bands over time, and the logarithm of the stretch."""
        inputs = torch.cat(
            [timbre, family, pitch, pitch.square() / 2, pitch.pow(3) / 4, velocity * 2 - 1], 1
        )
        hidden = self.unfold(inputs)
        moving = self.to_seeds(hidden).unflatten(1, (self.size.channels, self.size.seeds))
        for grow in self.grow:
            moving = grow(moving)
        mixed = functional.gelu(self.moving(moving) + self.static(hidden).unsqueeze(2))
        partials = self.to_partials(mixed) + self.partials_at_rest(hidden).unsqueeze(2)
        bands = self.to_bands(mixed) + self.bands_at_rest(hidden).unsqueeze(2)
        levels = torch.cat([partials, bands], 1) * 20 - 60
        levels = functional.interpolate(levels, scale_factor=2, mode="linear")
        split = [self.size.partials, self.size.bands]
        partial_db, band_db = torch.split(levels.clamp(-120, 20), split, 1)
        return partial_db, band_db, self.to_stretch(hidden).clamp(-14, -5)

    def forward(
        self,
        timbre: Tensor,
        family: Tensor,
        pitch: Tensor,
        velocity: Tensor,
        stretch: Tensor | None = None,
        columns: slice = slice(None),
    ) -> tuple[Tensor, Tensor]:
        """Levels ``[batch, bins, columns]`` in dB, not yet clipped, and the log-stretch.

        Args:
            timbre: ``[batch, latent]``, as the encoder gives it.
            family: weights ``[batch, families]``.
            pitch: octaves from middle C ``[batch, 1]``.
            velocity: 0..1 ``[batch, 1]``.
            stretch: inharmonicity B where it is known; the network's own otherwise.
            columns: those that are drawn; training draws every second one, without scatter.
        """
        partial_db, band_db, log_stretch = self.parts(timbre, family, pitch, velocity)
        drawn = torch.exp(log_stretch) if stretch is None else stretch
        level = self.draw(partial_db[:, :, columns], band_db[:, :, columns], pitch, drawn)
        return level, log_stretch


class NoteEncoder(nn.Module):
    """Levels and pitch => mean and log-variance of the timbre.

    The spectrogram is read along its partials, so that the same timbre looks alike at any pitch.
    """

    hz: Tensor
    number: Tensor
    bands: Tensor

    def __init__(self, size: NoteSize, partials: int = 48, bands: int = 40) -> None:
        super().__init__()
        self.size = size
        self.bin_hz = size.sample_rate / size.n_fft
        weights = band_weights(size.bins, self.bin_hz, bands)
        self.register_buffer("bands", weights / weights.sum(1, keepdim=True), persistent=False)
        self.register_buffer("number", torch.arange(1, partials + 1).float(), persistent=False)
        width = 192
        self.over_time = nn.Sequential(
            nn.Conv1d(partials + bands, width, 5, stride=2, padding=2),
            nn.GELU(),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.GELU(),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.GELU(),
        )
        self.whole = nn.Sequential(
            nn.Linear(width * 6 + size.conditions, 2 * width),
            nn.GELU(),
            nn.Linear(2 * width, 2 * width),
            nn.GELU(),
        )
        self.to_latent = nn.Linear(2 * width, 2 * size.latent)

    def forward(
        self, level_db: Tensor, family: Tensor, pitch: Tensor, velocity: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Levels ``[batch, bins, columns]`` in -80..0 => ``[batch, latent]`` twice."""
        coarse = functional.avg_pool1d(level_db, 4) / 40 + 1
        f0 = 440 * 2 ** (-9 / 12) * torch.exp2(pitch)
        place = (f0 * self.number / self.bin_hz).clamp(max=self.size.bins - 1.001)
        below = place.floor()
        share = (place - below).unsqueeze(2)
        index = below.long().unsqueeze(2).expand(-1, -1, coarse.shape[2])
        along = torch.lerp(coarse.gather(1, index), coarse.gather(1, index + 1), share)
        value = self.over_time(torch.cat([along, self.bands @ coarse], 1))
        pooled = functional.adaptive_avg_pool1d(value, 4).flatten(1)
        rest = torch.cat([pooled, value[:, :, 0], value.std(2)], 1)
        conditions = torch.cat([family, pitch, velocity], 1)
        mean, log_variance = self.to_latent(self.whole(torch.cat([rest, conditions], 1))).chunk(
            2, 1
        )
        return mean, log_variance.clamp(-8, 2)


class NotePlayer(nn.Module):
    """What a bundle carries: one place ``w`` => levels, clipped to the codec's range.

    ``w [batch, latent + families + 2]``: timbre as standard normal of its family, family weights,
    octaves from middle C, velocity 0..1.
    """

    def __init__(self, decoder: NoteDecoder, prior: TimbrePrior) -> None:
        super().__init__()
        self.decoder, self.prior = decoder, prior

    def forward(self, w: Tensor) -> Tensor:
        """Levels ``[batch, bins, columns]``."""
        size = self.decoder.size
        parts = [size.latent, size.families, 1, 1]
        timbre, family, pitch, velocity = torch.split(w, parts, 1)
        mean, deviation = self.prior(family)
        level, _ = self.decoder(mean + deviation * timbre, family, pitch, velocity)
        clipped: Tensor = level.clamp(-self.decoder.range_db, 0.0)
        return clipped


class NoteReader(nn.Module):
    """The way back: a note, and what is known of it, to its w; arguments as the encoder's."""

    def __init__(self, encoder: NoteEncoder, prior: TimbrePrior) -> None:
        super().__init__()
        self.encoder, self.prior = encoder, prior

    def forward(self, level_db: Tensor, family: Tensor, pitch: Tensor, velocity: Tensor) -> Tensor:
        """``w [batch, latent + families + 2]``."""
        found, _ = self.encoder(level_db, family, pitch, velocity)
        mean, deviation = self.prior(family)
        return torch.cat([(found - mean) / deviation, family, pitch, velocity], 1)
