"""What is shown of an elder: masked in lists, in full to whoever must go there, and then it is logged."""

from uuid import UUID

from sqlalchemy import select

from backend.core import audit, phone
from backend.core.clock import local
from backend.core.db import Work
from backend.core.errors import NotFoundError
from backend.devices import status
from backend.eldercare import rules
from backend.eldercare.models import Elder
from backend.eldercare.places import place_of
from backend.eldercare.schemas import ContactView, DeviceView, ElderCard, MaskedElder


def elder_card(work: Work, elder_id: UUID, *, why: str) -> ElderCard:
    """The elder's card, with full phone numbers for calling. Logged with ``why``. Raises ``NotFoundError``.

    The caller has checked that the viewer may read people at this elder's site.
    """
    elder = work.session.get(Elder, elder_id)
    if elder is None:
        raise NotFoundError(elder=elder_id)
    card = ElderCard(
        id=elder.id,
        name=elder.name,
        sex=elder.sex,
        age=rules.age_on(elder.birth_date, local(work.now).date()),
        phone=elder.phone,
        place=place_of(work, elder).text,
        address=elder.bed.address if elder.bed else None,
        site=elder.site.division.name,
        site_phone=elder.site.phone,
        conditions=elder.conditions,
        care_notes=elder.care_notes,
        door_code=elder.door_code,
        contacts=[ContactView(id=c.id, name=c.name, relation=c.relation, phone=c.phone) for c in elder.contacts],
        devices=_devices(work, elder),
    )
    audit.record_read(work, elder.id, why=why)
    return card


def _devices(work: Work, elder: Elder) -> list[DeviceView]:
    rows = status.of_elder(work, elder.id, elder.bed_id)
    return [DeviceView.model_validate(one, from_attributes=True) for one in rows]


def masked(work: Work, elder: Elder) -> MaskedElder:
    """For lists that a visitor may see."""
    return MaskedElder(
        id=elder.id,
        name=rules.mask_name(elder.name),
        age=rules.age_on(elder.birth_date, local(work.now).date()),
        sex=elder.sex,
        phone=phone.mask(elder.phone) if elder.phone else None,
        place=place_of(work, elder).text,
    )


def elders_of(work: Work, site_code: str) -> list[MaskedElder]:
    """The active elders of a site, masked, by name."""
    rows = work.session.scalars(select(Elder).where(Elder.site_code == site_code, Elder.active).order_by(Elder.name))
    return [masked(work, row) for row in rows]
