"""The blind indexes by which a person is found: the only way to look somebody up.

The kinds are those of elder care, so that one number gives one index wherever it stands.
"""

from backend.core.crypto import keyring


def id_index(number: str) -> str:
    """Of a normalised number of any identity document."""
    return keyring().blind_index("id_number", number)


def name_index(name: str) -> str:
    """Of a whole name, spaces aside."""
    return keyring().blind_index("name", name)


def phone_index(number: str) -> str:
    """Of a number as ``core.phone.normalise`` gives it."""
    return keyring().blind_index("phone", number)
