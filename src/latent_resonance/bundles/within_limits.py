"""Work on a file that is not trusted: in a process whose limits grow with the file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.bundles.members import printable
from latent_resonance.contracts.confined.run import ConfinedError, Limits, run_confined
from latent_resonance.contracts.errors import BundleError, InputError


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a file of no size may take, and how that grows.

    Attributes:
        seconds: of the processor.
        bytes_a_second: of the file, for each of which a second comes on top.
        memory: in bytes.
        files_in_memory: how many times the file's size comes on top.
    """

    seconds: int
    bytes_a_second: int
    memory: int
    files_in_memory: int

    def limits(self, size: int) -> Limits:
        """For a file of ``size`` bytes."""
        return Limits(
            self.seconds + size // self.bytes_a_second, self.memory + self.files_in_memory * size
        )


def work_within_limits(
    function: str, path: Path, size: int, allowance: Allowance, subject: str
) -> dict[str, Any]:
    """What a function gives that takes ``path``, as text; it runs in a process of its own.

    Args:
        function: as ``run_confined`` takes it.
        path: what it works on.
        size: of that, in bytes.
        allowance: its limits.
        subject: of the line that says which limit was reached.

    Raises:
        BundleError: as the function, or a limit was reached; one line.
    """
    try:
        found: dict[str, Any] = run_confined(function, {"path": str(path)}, allowance.limits(size))
    except ConfinedError as error:
        raise BundleError(printable(f"{subject} {error}")) from error
    except InputError as error:
        raise BundleError(str(error)) from error
    return found
