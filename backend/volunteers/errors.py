"""What can go wrong with volunteers, teams, certificates and the exchange; words: ``problem_tables/volunteers.py``."""

from backend.core.errors import DomainError

# -- registration


class NotVolunteerError(DomainError):
    """The person has no registration, or has withdrawn it."""

    code = "volunteers.not_volunteer"


class VolunteerSuspendedError(DomainError):
    """Suspended by staff (facts: why, as the volunteer was told)."""

    code = "volunteers.suspended"


class AlreadyVolunteerError(DomainError):
    """There is a live registration (facts: number)."""

    code = "volunteers.already"


class UnderEightError(DomainError):
    """Somebody under eight cannot be a volunteer (重庆条例 9)."""

    code = "volunteers.under_eight"


class GuardianNeededError(DomainError):
    """A minor whose guardian has not agreed (重庆条例 9)."""

    code = "volunteers.guardian_needed"


class GuardianWrongError(DomainError):
    """Whoever wants to agree is not the guardian that was named, or is not of age."""

    code = "volunteers.guardian_wrong"


class VolunteerChangedError(DomainError):
    """Somebody else has changed the registration since it was shown."""

    code = "volunteers.changed"


class StillSignedUpError(DomainError):
    """Withdrawing while there are places in activities to come (facts: count)."""

    code = "volunteers.signed_up"


class StillPromisedError(DomainError):
    """Withdrawing while others count on them (facts: count of calls for help accepted and not confirmed)."""

    code = "volunteers.promised"


# -- fitness for one service


class TooYoungError(DomainError):
    """Younger than this service asks (facts: age)."""

    code = "volunteers.too_young"


class QualificationMissingError(DomainError):
    """A proof that this service asks is missing, not checked, or no longer valid on the day (facts: what)."""

    code = "volunteers.qualification_missing"


class InsuranceNeededError(DomainError):
    """Bodily risk, and nobody has insured against it (志愿服务条例 17)."""

    code = "volunteers.insurance_needed"


# -- teams


class TeamExistsError(DomainError):
    """Another team has this name or this credit code."""

    code = "volunteers.team_exists"


class TeamClosedError(DomainError):
    """The team takes nobody in (closed, or not recruiting now)."""

    code = "volunteers.team_closed"


class AlreadyAskedError(DomainError):
    """There is a live application or membership."""

    code = "volunteers.already_asked"


class MemberDecidedError(DomainError):
    """Somebody else has decided about this member before."""

    code = "volunteers.member_decided"


# -- certificates


class NothingRecordedError(DomainError):
    """No service is recorded in the period a certificate is asked for."""

    code = "volunteers.nothing_recorded"


class CertificateRevokedError(DomainError):
    """The certificate has been withdrawn (facts: why)."""

    code = "volunteers.certificate_revoked"


# -- exchange


class FileRefusedError(DomainError):
    """A file that cannot be read as a whole (facts: why)."""

    code = "volunteers.file_refused"


class FileTakenError(DomainError):
    """The same file was taken in before (facts: at)."""

    code = "volunteers.file_taken"
