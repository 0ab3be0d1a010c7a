"""What can go wrong with memorial halls; the words stand in ``backend/problem_tables/memorial_halls.py``."""

from backend.core.errors import DomainError


class LivingPersonError(DomainError):
    """The registers know this person as alive: nobody living is ever mourned here."""

    code = "memorial.living"


class DeathDiffersError(DomainError):
    """The registers have another day of death or another name for this number."""

    code = "memorial.death_differs"


class MartyrError(DomainError):
    """Martyrs are remembered by the state alone (英雄烈士保护法 13, 23); the report is kept."""

    code = "memorial.martyr"


class WishError(DomainError):
    """What the dead arranged stands against it (个人信息保护法 49); ``wish_zh`` says what it was."""

    code = "memorial.wish"


class NotNearKinError(DomainError):
    """Only near kin by proven papers may do this."""

    code = "memorial.not_near_kin"


class HallExistsError(DomainError):
    """There is a hall for one of them already (``number``): relatives meet in it."""

    code = "memorial.hall_exists"


class HallRightError(DomainError):
    """The role does not allow this; ``role_zh`` names it."""

    code = "memorial.right"


class HallStateError(DomainError):
    """Changes are stopped, or the hall is closed; ``state_zh``."""

    code = "memorial.state"


class KeeperBlockedError(DomainError):
    """Near kin have objected, and the mediator has not answered yet."""

    code = "memorial.keeper_blocked"


class InviteError(DomainError):
    """The code of the invitation is wrong or was replaced, or the hall is not for guests."""

    code = "memorial.invite"


class MediaRefusedError(DomainError):
    """A file that cannot be kept; ``why`` in Chinese, with what to do instead."""

    code = "memorial.media"
