"""A recording of a voice, checked and kept as a take."""

from pathlib import Path

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.files import whole_output
from latent_resonance.data.decode import decode_mono
from latent_resonance.sound.recordings.apart import RecordingApart
from latent_resonance.sound.voice.clip import take_voice
from latent_resonance.studio.store.ids import new_id
from latent_resonance.studio.store.voice_takes import VoiceTake, VoiceTakes
from latent_resonance.studio.wire import SAMPLE_RATE

_RATES = range(8_000, 192_001)


def keep_sound(takes: VoiceTakes, source: Path, name: str) -> VoiceTake:
    """A recording as a take of 24 bits, mono, at its own rate where programs know such.

    Args:
        takes: where it goes.
        source: any sound file.
        name: what messages call it.

    Raises:
        MediaError: it is no sound, or no voice can be in it; see ``take_voice``.
        OutputError: it cannot be written.
    """
    import soundfile

    try:
        own = RecordingApart(source).rate
        rate = own if own in _RATES else SAMPLE_RATE
        samples = decode_mono(source, rate).samples
    except MediaError as error:
        raise MediaError(f"{name} {error}") from error
    take_voice(samples, name, rate)
    take = new_id()
    with whole_output(takes.sound(take)) as partial:
        try:
            soundfile.write(partial, samples, rate, "PCM_24", format="WAV")
        except soundfile.SoundFileError as error:
            raise OSError(*error.args) from error
    return takes.add(take, round(len(samples) / rate, 3))
