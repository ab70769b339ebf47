"""The built pages; without them, one page that says how to get them."""

import mimetypes
import re
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from latent_resonance.sense import face_models
from latent_resonance.studio.guard.refusal import plain_page

# The prototypes' addresses, /sound_design/?app=...
_OLD_APPS = {
    "our-algo": "/texture",
    "algo-1": "/texture/query",
    "algo1": "/texture/query",
    "algo-2": "/texture/sefa",
    "algo2": "/texture/sefa",
}
# The pictures of the help; not every Python knows them, and browsers are told not to guess.
mimetypes.add_type("image/webp", ".webp")
# The names of built assets change with their content; that of the page that names them does not.
_FOR_EVER = "private, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"
# Python and the pages follow a face by the same files, which lie in the package once; the folder is
# named by web/scripts/face-models.ts.
_FACE_MODEL = re.compile(
    r"assets/face-[0-9a-f]{10}/"
    r"(face_detection_short_range\.tflite|face_landmark\.tflite|canonical_mesh\.json)"
)


def static_folder() -> Path:
    """Where the package has the pages, if they were built."""
    return Path(__file__).parent / "static"


class _Files(StaticFiles):
    """Files of the built pages; ``assets/`` are kept by the browser."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        made = await super().get_response(path, scope)
        made.headers["cache-control"] = _FOR_EVER if _is_asset(path) else _ASK_EACH_TIME
        return made


def _is_asset(path: str) -> bool:
    return path.replace("\\", "/").startswith("assets/")


def _face_model(name: str) -> Response:
    path = Path(face_models.__file__).with_name(name)
    if not path.is_file():
        raise HTTPException(404, "there is no such file")
    return FileResponse(path, headers={"Cache-Control": _FOR_EVER})


def add_pages(app: FastAPI, folder: Path) -> None:
    """Serve the pages of ``folder``; addresses without a file are the page's own."""
    index = folder / "index.html"
    files = _Files(directory=folder, check_dir=False)

    @app.get("/sound_design", include_in_schema=False)
    @app.get("/sound_design/", include_in_schema=False)
    def old_address(request: Request) -> Response:
        query = dict(request.query_params)
        target = _OLD_APPS.get(query.pop("app", "our-algo"), "/texture")
        return RedirectResponse(f"{target}?{urlencode(query)}" if query else target, 307)

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        if path == "api" or path.startswith("api/"):
            raise HTTPException(404, "there is no such address")
        if not index.is_file():
            return HTMLResponse(_HOW_TO_GET_IT, 503)
        if found := _FACE_MODEL.fullmatch(path):
            return _face_model(found[1])
        if _is_of(folder, path):
            return await files.get_response(path, request.scope)
        if "." in path.rsplit("/", 1)[-1]:
            raise HTTPException(404, "there is no such file")
        return FileResponse(index, headers={"Cache-Control": _ASK_EACH_TIME})


def _is_of(folder: Path, path: str) -> bool:
    """Whether a file of that name lies in ``folder``: nothing is told of any other place."""
    if not path or path.startswith("/") or ".." in path.split("/"):
        return False
    try:
        return (folder / path).is_file()
    except (OSError, ValueError):  # longer than a name can be, or with a zero byte
        return False


_HOW_TO_GET_IT = plain_page(
    "The studio's pages are not here",
    "The server runs; its pages were not built when this copy was installed.",
    "From a checkout: pip install -e . builds them (it brings its own Node.js and needs a network "
    "once), or, with Node.js 20 or later: cd web && npm ci && npm run build.",
    "From a wheel they come along: pip install --force-reinstall latent-resonance.",
    "Everything else works without them: resonance demo, resonance play face, resonance --help.",
).decode()
