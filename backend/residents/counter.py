"""Proof at a counter: a clerk has the document in their hands. The strongest there is, and open to everybody.

Whoever wants their WeChat account bound there begins the provider ``counter`` in the mini-program and reads its code to
the clerk; without a code only the person's proof is written down.
"""

import secrets
from uuid import UUID

from sqlalchemy import select

from backend.core import audit
from backend.core.db import Work
from backend.core.locks import for_update
from backend.people.service import Viewer
from backend.residents import persons, proving
from backend.residents.documents import KINDS, Document, read, read_name
from backend.residents.errors import CounterCodeError
from backend.residents.identity import Answer, Claim, Pending, Started
from backend.residents.indexes import id_index
from backend.residents.models import IdentityCheck, Person
from backend.residents.persons import Proof
from backend.residents.rules import Assurance

NAME = "counter"
CODE_DIGITS = 8


class CounterProvider:
    """Gives a code to show; the answer comes from the clerk, so asking for it is always too early."""

    name, title, level = NAME, "到窗口核验", int(Assurance.COUNTER)
    kinds, purposes = frozenset(KINDS), ("real_name",)

    def start(self, claim: Claim) -> Started:  # noqa: ARG002 - the interface
        code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        return Started(code, {"code": code})

    def finish(self, reference: str, claim: Claim) -> Answer:  # noqa: ARG002 - the interface
        return Pending()


def prove_at_counter(
    work: Work, viewer: Viewer, *, name: str, id_kind: str, id_number: str, code: str | None = None,
    phone: str | None = None,
) -> Person:  # fmt: skip
    """Write down that the person stands here with this document; with the ``code`` of their phone bind its account.

    Raises ``NotAllowedError``, ``BadInputError``, ``NameDiffersError`` (a corrected name is a request of its own),
    ``PersonDeadError``, ``CounterCodeError``, ``BoundToAnotherError`` and ``ChildNeedsGuardianError``.
    """
    viewer.require("person.serve")
    document, clean = read(id_kind, id_number, persons.today(work)), read_name(name)
    check = _check_of(work, code, document) if code else _check_without_account(work, clean, document)
    check.checked_by = viewer.staff_id
    person = persons.known_as(work, clean, document, Proof(int(Assurance.COUNTER), NAME))
    if phone is not None:
        persons.keep_phone(person, phone)
    if check.account_id is not None:
        proving.refuse_a_child(work, document)
        proving.bind(work, check.account_id, person)
    _passed(work, check, person.id)
    return person


def _check_of(work: Work, code: str, document: Document) -> IdentityCheck:
    """The attempt whose code the resident reads out; it must be about the document the clerk holds."""
    mine = select(IdentityCheck).where(
        IdentityCheck.provider == NAME, IdentityCheck.reference == code.replace(" ", ""),
        IdentityCheck.state == "started", IdentityCheck.expires_at > work.now,
    )  # fmt: skip
    found = work.session.scalars(for_update(work, mine)).first()
    if found is None or found.id_index != id_index(document.number):
        raise CounterCodeError
    return found


def _check_without_account(work: Work, name: str, document: Document) -> IdentityCheck:
    check = IdentityCheck(
        provider=NAME, level=int(Assurance.COUNTER), state="started", name=name, id_kind=document.kind,
        id_number=document.number, id_index=id_index(document.number), client={}, started_at=work.now,
        expires_at=work.now,
    )  # fmt: skip
    work.session.add(check)
    return check


def _passed(work: Work, check: IdentityCheck, person_id: UUID) -> None:
    check.person_id, check.state, check.finished_at, check.client = person_id, "passed", work.now, {}
    audit.record(work, "identity.passed", f"person:{person_id}", provider=NAME, reason=None)
