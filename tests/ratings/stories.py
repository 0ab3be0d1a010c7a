"""What the tests of ratings begin with: an invitation, a bad rating's call-back, an officer."""

from uuid import UUID, uuid4

from sqlalchemy import select

from backend.people.service import Viewer
from backend.ratings import service
from backend.ratings.models import CallbackTask
from tests.conftest import WorkFactory
from tests.ratings.conftest import Caller
from tests.support.world import COUNTY, World

Residents = tuple[Caller, Caller]
DAY_S = 86_400


def invited(work: WorkFactory, who: Caller, subject: str = "b1", **more: UUID | str | None) -> UUID:
    with work() as w:
        found = service.invite(w, who.person, "booking", subject, "结婚登记", **more)  # type: ignore[arg-type] # facts by name
    assert found is not None
    return found


def bad_task(work: WorkFactory, who: Caller, level: int = 1, **more: UUID | str | None) -> UUID:
    """A call-back after a bad rating; its id."""
    invitation = invited(work, who, str(uuid4()), **more)
    with work() as w:
        rating = service.rate(w, who.person, invitation, level, comment="等了一上午")
        return w.session.scalars(select(CallbackTask.id).where(CallbackTask.rating_id == rating.id)).one()


def officer(county: World, path: str = f"{COUNTY}/") -> Viewer:
    return county.viewer("officer", "officer", path)
