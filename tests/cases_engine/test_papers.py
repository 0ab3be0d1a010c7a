"""Papers: told by content, sealed on disk, shown with a watermark, looked into by a scanner, removed with a trail."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from uuid import UUID

import pytest
from apiflask import APIFlask
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from backend.cases import paper_files, papers, service
from backend.cases.errors import NeverAskedError, PaperRefusedError, PaperUnsafeError, WrongCaseStateError
from backend.cases.models import CaseEvent, CasePaper
from backend.core.crypto import CannotOpenError
from backend.core.errors import BadInputError, NotFoundError
from backend.core.ids import new_id
from scheduler import case_jobs
from tests.cases_engine.conftest import Asker
from tests.conftest import WorkFactory
from tests.support.cases import Window, draft
from tests.support.services import free_port

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
MINI, STAFF = "/mini/cases", "/staff/cases"


def picture(kind: str = "JPEG", colour: str = "white", size: tuple[int, int] = (320, 240)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def upload(kind: str = "illness", name: str = "诊断.jpg", data: bytes | None = None) -> papers.Upload:
    return papers.read_upload(kind, name, picture() if data is None else data)


@contextmanager
def clamd(answer: bytes, port: int = 0) -> Iterator[int]:
    """A server that speaks clamd's INSTREAM and always says the same."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            got = b""
            while not got.endswith(b"\0\0\0\0"):
                got += self.request.recv(65536)
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def use_scanner(app: APIFlask, port: int) -> None:
    app.config["SHOUWANG"] = app.config["SHOUWANG"].model_copy(update={"clamd": f"127.0.0.1:{port}"})


@pytest.mark.parametrize(
    ("data", "kind"),
    [(picture(), "image/jpeg"), (picture("PNG"), "image/png"), (PDF, "application/pdf")],
    ids=["jpeg", "png", "pdf"],
)
def test_a_file_is_what_its_content_says(data: bytes, kind: str) -> None:
    assert paper_files.media_type(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\0program",
        b"<html><script>",
        picture()[:200],
        b"\x89PNG\r\n\x1a\nlies",
        b"%PDF-" + b"0" * 10_485_756,
    ],
    ids=["empty", "program", "page", "cut", "lying", "a byte too large"],
)
def test_a_file_that_lies_about_its_type_or_is_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(PaperRefusedError):
        paper_files.media_type(data)
    assert paper_files.media_type(b"%PDF-" + b"0" * (paper_files.LARGEST - 5)) == "application/pdf"


def test_a_paper_is_sealed_on_disk_and_bound_to_its_row(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window)
        row = papers.add(w, case, upload(name="../../身份证.exe", data=PDF))
        assert (row.media_type, row.scan, row.file_name) == ("application/pdf", "unscanned", "....身份证.exe")
        sealed = (paper_files.folder() / f"{row.id}.sealed").read_bytes()
        assert b"PDF" not in sealed
        other = new_id()
        (paper_files.folder() / f"{other}.sealed").write_bytes(sealed)
        with pytest.raises(CannotOpenError):
            paper_files.read(other)


def test_the_same_file_twice_is_one_paper_and_may_come_again_after_its_removal(
    work: WorkFactory, window: Window
) -> None:
    with work() as w:
        case = draft(w, window)
        first = papers.add(w, case, upload()).id
        assert papers.add(w, case, upload()).id == first
        papers.remove(w, case, first)
        again = papers.add(w, case, upload()).id
        assert again != first
        with pytest.raises(NotFoundError):
            papers.find(w, case, first)
        actions = w.session.scalars(select(CaseEvent.action).order_by(CaseEvent.id)).all()
        assert actions == ["start", "add_paper", "remove_paper", "add_paper"]
    assert [path.stem for path in paper_files.folder().iterdir()] == [str(again)]


def test_thirty_papers_and_not_one_more(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window)
        for number in range(papers.MOST):
            papers.add(w, case, upload(data=PDF + str(number).encode()))
        with pytest.raises(PaperRefusedError):
            papers.add(w, case, upload())


def test_what_can_be_checked_is_not_taken_nor_anything_after_the_end(work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window)
        with pytest.raises(NeverAskedError):
            papers.add(w, case, upload("bank"))
        with pytest.raises(BadInputError):
            papers.add(w, case, upload("photo_of_cat"))
        service.withdraw(w, case, version=0)
        with pytest.raises(WrongCaseStateError):
            papers.add(w, case, upload())


def test_a_picture_is_shown_with_who_looks_and_when_on_it(work: WorkFactory, window: Window) -> None:
    with work(window["clerk"].actor) as w:
        case = draft(w, window)
        original = picture(size=(3000, 1000))
        row = papers.add(w, case, upload(data=original))
        data, kind = papers.shown(w, case, row.id)
        assert (kind, paper_files.read(row.id)) == ("image/jpeg", original)
        with Image.open(BytesIO(data)) as seen:
            assert seen.size == (2400, 800)
            assert len(seen.convert("L").getcolors() or [0] * 300) > 10  # a white page with words on it


@pytest.mark.parametrize(
    ("answer", "scan"), [(b"stream: OK\0", "clean"), (b"stream: Eicar FOUND\0", None)], ids=["clean", "infected"]
)
def test_a_scanner_looks_into_every_paper(answer: bytes, scan: str | None, app: APIFlask) -> None:
    with clamd(answer) as port:
        use_scanner(app, port)
        if scan is None:
            with pytest.raises(PaperRefusedError):
                upload()
        else:
            assert upload().scan == scan


def test_a_paper_waits_for_a_scanner_that_does_not_answer_and_is_not_shown_meanwhile(
    app: APIFlask, work: WorkFactory, window: Window
) -> None:
    port = free_port()
    use_scanner(app, port)
    with work() as w:
        case = draft(w, window)
        row = papers.add(w, case, upload())
        assert row.scan == "waiting"
        with pytest.raises(PaperUnsafeError):
            papers.shown(w, case, row.id)
    assert case_jobs.scan_papers() == 0
    with clamd(b"stream: OK\0", port):
        assert [case_jobs.scan_papers(), case_jobs.scan_papers()] == [1, 0]
    with work() as w:
        assert w.session.scalars(select(CasePaper.scan)).all() == ["clean"]
        assert papers.shown(w, case, row.id)[1] == "image/jpeg"


def send(ask: Asker, who: str, path: str, data: bytes, kind: str = "illness") -> TestResponse:
    file = FileStorage(BytesIO(data), "诊断.jpg", content_type="image/jpeg")
    boundary, body = encode_multipart({"kind": kind, "file": file})
    headers = {
        "Authorization": f"Bearer {ask.tokens[who]}", "Content-Type": f"multipart/form-data; boundary={boundary}"
    }  # fmt: skip
    return ask.app.test_client().post(f"/api/v1{path}", data=body, headers=headers)


def test_papers_come_in_and_go_out_by_http_as_nobodys_page(ask: Asker, work: WorkFactory, window: Window) -> None:
    with work() as w:
        case = draft(w, window)
    path = f"{MINI}/{case.id}/papers"
    large = picture("PNG", size=(1200, 1200)) + b"\0" * 2_000_000
    made = send(ask, "me", path, large)
    assert (made.status_code, made.get_json()["media_type"]) == (201, "image/png")
    assert send(ask, "me", path, b"0" * 11_000_000).status_code == 413
    assert send(ask, "me", path, b"<html>").get_json()["code"] == "cases.paper_refused"
    assert send(ask, "other", path, picture()).status_code == 404
    assert ask("me", "POST", path, {}).get_json()["code"] == "bad_input"
    paper = UUID(made.get_json()["id"])
    seen = ask("clerk", "GET", f"{STAFF}/{case.id}/papers/{paper}")
    assert (seen.status_code, seen.mimetype, seen.headers["X-Content-Type-Options"]) == (200, "image/jpeg", "nosniff")
    assert "sandbox" in seen.headers["Content-Security-Policy"]
    assert ask("elsewhere", "GET", f"{STAFF}/{case.id}/papers/{paper}").status_code == 404
    assert ask("clerk", "GET", f"{STAFF}/{case.id}").get_json()["papers"][0]["title"] == "重病诊断证明"
    assert ask("me", "DELETE", f"{path}/{paper}").status_code == 204
    assert ask("me", "GET", f"{path}/{paper}").status_code == 404
