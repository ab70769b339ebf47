"""A file of ``torch.save`` since 1.6: a zip of one pickle and the numbers of each storage."""

import io
import zipfile
import zlib
from typing import Any

import numpy as np

from latent_resonance.bundles.foreign.torch_tensors import STORAGES, Storage
from latent_resonance.bundles.foreign.values import Budget, Name, Refusal

_MOST_MEMBERS = 100_000


class TorchZip:
    """Its pickle, and what the persistent ids in it stand for.

    Args:
        data: of the whole file.
        budget: what is read of it counts.

    Raises:
        Refusal: it is damaged, compressed, or not what torch.save writes.
    """

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._budget = budget
        self._storages: dict[str, Storage] = {}
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Refusal("is a damaged zip: refused") from error
        names = {one.filename for one in members}
        pickles = [name for name in names if name.endswith("/data.pkl")]
        if len(names) != len(members) or len(members) > _MOST_MEMBERS or len(pickles) != 1:
            raise Refusal("is a zip, but not as torch.save writes: refused")
        if any(one.compress_type or one.file_size > len(data) for one in members):
            raise Refusal("is a compressed zip, as torch.save does not write: refused")
        self._root = pickles[0].removesuffix("data.pkl")
        order = f"{self._root}byteorder"
        if order in names and self._read(order) != b"little":
            raise Refusal("has tensors of a machine with another byte order: refused")
        self.pickle = self._read(pickles[0])

    def storage(self, identity: Any) -> Storage:
        """What ``("storage", kind, key, place, count)`` stands for; raises Refusal."""
        if not isinstance(identity, tuple) or len(identity) != 5 or identity[0] != "storage":
            raise Refusal("refers to values outside itself: refused")
        _, kind, key, _, count = identity
        if not isinstance(kind, Name) or not isinstance(key, str) or type(count) is not int:
            raise Refusal("is damaged: a tensor's storage in another form than torch's")
        if kind.full not in STORAGES:
            raise Refusal(f"has a storage of {kind.full}: refused")
        if key not in self._storages:
            dtype = np.dtype(STORAGES[kind.full])
            data = self._read(f"{self._root}data/{key}")
            if count < 0 or count * dtype.itemsize != len(data):
                raise Refusal(
                    f"claims a tensor of {float(count):.0f} numbers and brings {len(data)} bytes: "
                    "refused"
                )
            numbers = np.frombuffer(data, dtype)
            self._storages[key] = Storage(kind.full, count, numbers)
        found = self._storages[key]
        if (found.kind, found.count) != (kind.full, count):
            raise Refusal("has one storage under two kinds: refused")
        return found

    def _read(self, name: str) -> bytes:
        try:
            self._budget.take(self._zip.getinfo(name).file_size)
            return self._zip.read(name)
        except (KeyError, zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError) as error:
            raise Refusal("is a damaged zip: a tensor is missing or cut") from error
        except (RuntimeError, NotImplementedError) as error:  # encrypted, or of a later kind
            raise Refusal("is a zip, but not as torch.save writes: refused") from error
