"""Sealed fields: what a thief of the database gets, and what the next key may still read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from backend.core.crypto import BadKeyError, CannotOpenError, Keyring
from tests.conftest import WorkFactory
from tests.support.world import build

OLD, NEW, INDEX = (bytes([number]) * 32 for number in (1, 2, 3))


@pytest.mark.parametrize("cipher", ["aes-256-gcm", "sm4-gcm"])
@given(words=st.text())
def test_what_was_sealed_opens_again_and_only_in_its_own_column(cipher: str, words: str) -> None:
    ring = Keyring({"a": OLD}, INDEX, cipher)
    sealed = ring.seal(words, "elder.phone")
    assert ring.open(sealed, "elder.phone") == words
    with pytest.raises(CannotOpenError):
        ring.open(sealed, "elder.id_number")


def test_equal_values_look_different() -> None:
    ring = Keyring({"a": OLD}, INDEX)
    assert ring.seal("500101194005010026", "x.y") != ring.seal("500101194005010026", "x.y")


def test_a_new_key_seals_and_the_old_one_still_opens_also_across_ciphers() -> None:
    before = Keyring({"a": OLD}, INDEX)
    sealed = before.seal("秘密", "x.y")
    after = Keyring({"b": NEW, "a": OLD}, INDEX, "sm4-gcm")
    assert after.open(sealed, "x.y") == "秘密"
    assert after.current == "b"
    with pytest.raises(CannotOpenError):
        before.open(after.seal("秘密", "x.y"), "x.y")


def test_a_changed_byte_does_not_open() -> None:
    ring = Keyring({"a": OLD}, INDEX)
    sealed = bytearray(ring.seal("秘密", "x.y"))
    sealed[-1] ^= 1
    with pytest.raises(CannotOpenError):
        ring.open(bytes(sealed), "x.y")


@pytest.mark.parametrize(
    ("keys", "index"),
    [({}, INDEX), ({"a": b""}, INDEX), ({"a": OLD[:31]}, INDEX), ({"a": OLD}, b""), ({"a": OLD}, OLD)],
)
def test_empty_short_and_shared_keys_are_refused(keys: dict[str, bytes], index: bytes) -> None:
    with pytest.raises(BadKeyError):
        Keyring(keys, index)


def test_the_blind_index_finds_the_same_person_however_the_number_was_typed() -> None:
    ring = Keyring({"a": OLD}, INDEX)
    assert ring.blind_index("id", "11010519491231002x") == ring.blind_index("id", " 110105 19491231 002X ")
    assert ring.blind_index("id", "13800000001") != ring.blind_index("phone", "13800000001")
    assert ring.blind_index("id", "1") != Keyring({"a": OLD}, NEW).blind_index("id", "1")


def test_the_database_itself_holds_no_phone_number(work: WorkFactory) -> None:
    with work() as w:
        build(w)
    with work() as w:
        raw = w.session.execute(text("SELECT phone, phone_index FROM contact")).all()
    assert len(raw) == 2
    assert not any(b"1380000000" in bytes(row.phone) or "1380000000" in row.phone_index for row in raw)
