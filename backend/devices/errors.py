"""What can go wrong with a device, in the words of the domain."""

from backend.core.errors import DomainError


class AlreadyRegisteredError(DomainError):
    """The same device is in the register; ``name`` is what it is called there."""

    code = "device.already_registered"


class NotPlacedError(DomainError):
    """A device must belong to an elder, a bed, a room or at least a site before it may page anybody."""

    code = "device.not_placed"


class TopicTakenError(DomainError):
    """A gateway's base topic contains, or lies inside, another account's topics."""

    code = "device.topic_taken"


class ReasonMissingError(DomainError):
    """Taking a device out of service needs a reason that others can read."""

    code = "device.reason_missing"
