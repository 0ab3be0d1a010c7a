"""A certificate as a file, the same for volunteers and for the desk."""

from flask import Response, current_app

from backend.core import letters_pdf
from backend.core.db import Work
from backend.settings import Settings
from backend.volunteers import certificates, views
from backend.volunteers.models import ServiceCertificate


def address() -> str:
    """Where this house is found by those who scan its papers."""
    settings: Settings = current_app.config["SHOUWANG"]
    return settings.public_url


def paper(work: Work, row: ServiceCertificate) -> Response:
    """The PDF with its QR code. Raises ``CertificateRevokedError``."""
    found = certificates.opened(row)
    letter = certificates.letter(found, views.office(work))
    link = views.link(address(), found.number, found.code)
    answer = Response(letters_pdf.render(letter, link, certificates.SCAN), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
