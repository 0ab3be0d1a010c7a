"""What can go wrong with cemeteries, prices, funeral orders and visits; words in ``problem_tables/burials.py``."""

from backend.core.errors import DomainError


class PlotHeldError(DomainError):
    """The plot has a living holder already."""

    code = "burial.plot_held"


class PlotFullError(DomainError):
    """As many lie there as it has places, or it is out of use."""

    code = "burial.plot_full"


class AlreadyBuriedError(DomainError):
    """The dead person rests somewhere already."""

    code = "burial.already_buried"


class FeeShortError(DomainError):
    code = "burial.fee_short"


class FeeVoucherUsedError(DomainError):
    code = "burial.voucher_used"


class NotListedError(DomainError):
    """Something that is not in the published catalogue on that day: it cannot be charged."""

    code = "burial.not_listed"


class FuneralOrderOverError(DomainError):
    code = "burial.order_over"


class PriceRepeatedError(DomainError):
    code = "burial.price_repeated"


class NoSuchGraveError(DomainError):
    code = "burial.no_grave"


class GraveTakenError(DomainError):
    """Somebody has booked this grave for the day."""

    code = "burial.grave_taken"


class TooManyVisitorsError(DomainError):
    code = "burial.too_many"


class ErrandTakenError(DomainError):
    code = "burial.errand_taken"


class ErrandOverError(DomainError):
    code = "burial.errand_over"


class GraveUnsafeError(DomainError):
    """The plot is closed because it is dangerous: nobody is sent there."""

    code = "burial.grave_unsafe"


class PlotUnchangedError(DomainError):
    """It is closed already, or open already."""

    code = "burial.plot_unchanged"
