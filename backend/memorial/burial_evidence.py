"""What the registers of burials and services know about a funeral: it is asked of nobody on paper (社会救助法 62)."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.core.db import Work
from backend.memorial.burial_models import Burial, BurialPrice, FuneralLine, FuneralOrder, Plot
from backend.memorial.burial_rules import ECOLOGICAL
from backend.memorial.models import Deceased
from backend.residents.documents import same_name
from backend.residents.indexes import id_index

CREMATION = "cremation"


def known(work: Work, number: str, name: str, family: UUID) -> dict[str, Any]:
    """How and when the dead person of this identity number was buried, and whether they were cremated.

    ``family``: who applies; a cremation is found in the services they ordered for this ``name`` and that are done.
    Only what is known is in the answer: ``resting`` is the kind of the place (``burial_rules.PLOT_KINDS``).
    """
    return _burial(work, number) | _cremation(work, name, family)


def _burial(work: Work, number: str) -> dict[str, Any]:
    mine = (
        select(Plot.kind, Burial.buried_on)
        .join(Burial, Burial.plot_id == Plot.id)
        .join(Deceased, Deceased.id == Burial.deceased_id)
        .where(Deceased.identity_index == id_index(number), Burial.ended_on.is_(None))
    )
    found = work.session.execute(mine).one_or_none()
    if found is None:
        return {}
    kind = "ecological" if found.kind in ECOLOGICAL else "ordinary"
    return {"resting": found.kind, "buried_on": found.buried_on, "burial": kind, "burial_shown": True}


def _cremation(work: Work, name: str, family: UUID) -> dict[str, Any]:
    done = (
        select(FuneralOrder)
        .join(FuneralLine, FuneralLine.order_id == FuneralOrder.id)
        .join(BurialPrice, BurialPrice.id == FuneralLine.price_id)
        .where(FuneralOrder.person_id == family, FuneralOrder.state == "done", BurialPrice.free_kind == CREMATION)
    )
    found = any(same_name(one.dead_name, name) for one in work.session.scalars(done))
    return {"cremated": True, "cremation_shown": True} if found else {}
