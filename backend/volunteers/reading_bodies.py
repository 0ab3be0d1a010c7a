"""From what an API takes in to what the verbs ask for."""

from backend.volunteers import schemas
from backend.volunteers.guardians import Guardian
from backend.volunteers.profiles import Profile, Window
from backend.volunteers.registering import Wish


def wish(body: schemas.VolunteerOffer, guardian: Guardian | None = None) -> Wish:
    """What is offered, and who agrees."""
    place = None if body.place is None else (body.place.longitude, body.place.latitude)
    profile = Profile(
        body.services, body.skills, body.languages, body.areas, [_window(one) for one in body.hours], place,
        body.emergency_calls, body.national_exchange,
    )  # fmt: skip
    return Wish(body.division, profile, guardian)


def _window(parts: list[int]) -> Window:
    day, start, end = parts
    return day, start, end


def guardian(body: schemas.GuardianNamed | None) -> Guardian | None:
    """Whom the body names, with the paper a clerk has seen."""
    if body is None:
        return None
    paper = body.paper if isinstance(body, schemas.GuardianSigned) else ""
    return Guardian(body.name, body.phone, body.rule, paper)
