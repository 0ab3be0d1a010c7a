"""Papers over HTTP, the same for residents and for the desk: how one comes in, and how one is let out."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Response, request

from backend.cases import paper_files, papers
from backend.cases.models import CasePaper
from backend.cases.papers import Upload
from backend.core.errors import BadInputError

OVERHEAD = 64 * 1024  # of a form with one file
LARGE = (".post_paper", ".post_photo")
# Whatever the file is, it runs nothing, loads nothing and is nobody's page.
SAFE_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def allow_a_paper(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001 - Flask's signature
    """Before the form is read, and for uploads only: everywhere else a megabyte is the limit."""
    if endpoint is not None and endpoint.endswith(LARGE):
        request.max_content_length = paper_files.LARGEST + OVERHEAD


def uploaded() -> Upload:
    """The form's ``file`` with its ``kind``. Raises ``BadInputError`` and ``PaperRefusedError``."""
    sent = request.files.get("file")
    if sent is None:
        raise BadInputError(field="文件", why="请选择照片或 PDF")
    return papers.read_upload(request.form.get("kind", ""), sent.filename or "", sent.stream.read())


def let_out(data: bytes | Iterator[bytes], media_type: str, name: str) -> Response:
    """A paper as an answer, whole or piece by piece: never as a page of its own."""
    answer = Response(data, mimetype=media_type, headers=SAFE_HEADERS)
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    return answer


def paper_out(row: CasePaper) -> dict[str, Any]:
    """What is said of a paper that has just come in."""
    return {"id": str(row.id), "kind": row.kind, "size": row.size, "media_type": row.media_type, "scan": row.scan}
