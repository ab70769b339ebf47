"""Identifiers: UUIDs that the server chooses, or that presets of the factory have; no others."""

import time
import uuid
from typing import Annotated

from pydantic import StringConstraints

Uuid = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
    ),
]


def new_id() -> str:
    """A random one."""
    return str(uuid.uuid4())


def now() -> float:
    """Seconds since 1970."""
    return time.time()
