"""A Python without PyTorch: what looks for modules on the disk finds all but that one."""

import sys
from importlib.machinery import PathFinder


class AllButTorch(PathFinder):
    """Finds what the usual one does."""

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        """None for PyTorch, as if it were not installed."""
        return None if fullname == "torch" else super().find_spec(fullname, path, target)


sys.meta_path = [AllButTorch if finder is PathFinder else finder for finder in sys.meta_path]
