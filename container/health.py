"""Exit code 0 while the studio in this container answers; the container's health check."""

import http.client
import os
import sys

ENTERED, TURNED_AWAY = 200, 401


def healthy(port: int, timeout_seconds: float = 4) -> bool:
    """Whether a studio answers at that port of 127.0.0.1; its guard turns this visitor away."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_seconds)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status in {ENTERED, TURNED_AWAY}
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if healthy(int(os.environ.get("RESONANCE_PORT", "8765"))) else 1)
