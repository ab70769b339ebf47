"""What a foreign file may cost, and how it is turned away."""


class Refusal(Exception):  # noqa: N818 - a verdict, shown after the file's name
    """Why a file is not read, worded to follow its name: ``"wants to call os.system: refused"``."""


class Budget:
    """Steps and bytes that are left for one file; nothing in it can take more than it brings.

    Args:
        file_bytes: its size. All that is made of it together may have twice that, and a little.
        steps: instructions it may have; a network of 1024 x 1024 pixels has some 30,000.
    """

    def __init__(self, file_bytes: int, steps: int = 1_000_000) -> None:
        self._steps = steps
        self._bytes = 2 * file_bytes + (1 << 20)

    def step(self) -> None:
        """One more instruction; raises Refusal."""
        self._steps -= 1
        if self._steps < 0:
            raise Refusal("has more instructions than any network needs: refused")

    def take(self, count: int) -> None:
        """Some more memory; raises Refusal."""
        self._bytes -= count
        if self._bytes < 0:
            raise Refusal("claims more memory than it has bytes for: refused")
