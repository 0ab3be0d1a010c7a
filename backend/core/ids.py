"""Row ids: UUIDv7, so that ids sort by creation and still cannot be guessed."""

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    return uuid_utils.compat.uuid7()
