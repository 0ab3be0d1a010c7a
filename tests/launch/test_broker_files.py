"""Broker accounts and access rules as files: whole, locked, and impossible to misuse by a name."""

import base64
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from backend.devices.broker_credentials import (
    AclEntry,
    hash_password,
    new_password,
    reload_broker,
    remove_user,
    set_user_acl,
    write_acl,
    write_user,
)
from tests.support import services

PATTERNS = "pattern write care/v1/%u/up/#\npattern write care/v1/%u/status\npattern read care/v1/%u/down/#\n"


def test_a_hash_is_the_one_mosquitto_makes(tmp_path: Path) -> None:
    passwords = tmp_path / "passwd"
    passwords.touch(mode=0o600)
    subprocess.run([services.program("mosquitto_passwd"), "-b", passwords, "dev-1", "secret"], check=True)
    theirs = passwords.read_text().strip().partition(":")[2]
    salt = base64.b64decode(theirs.split("$")[3])
    assert hash_password("secret", salt) == theirs


def test_a_password_is_replaced_not_added(tmp_path: Path) -> None:
    passwords = tmp_path / "passwd"
    write_user(passwords, "dev-1", "old")
    write_user(passwords, "dev-10", "other")
    first = passwords.read_text()
    write_user(passwords, "dev-1", "new")
    lines = passwords.read_text().splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == ["dev-1", "dev-10"]
    assert set(lines) & set(first.splitlines()) == {line for line in lines if line.startswith("dev-10:")}


def test_removing_one_user_leaves_a_similar_name(tmp_path: Path) -> None:
    passwords = tmp_path / "passwd"
    write_user(passwords, "dev-1", "a")
    write_user(passwords, "dev-10", "b")
    remove_user(passwords, "dev-1")
    assert [line.partition(":")[0] for line in passwords.read_text().splitlines()] == ["dev-10"]


@pytest.mark.parametrize("name", ["", "a/b", "a+", "#", "a:b", "a\nb", "-a", "a" * 65, "名"])
def test_a_name_that_could_be_more_than_one_topic_level_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="user name"):
        write_user(tmp_path / "passwd", name, "secret")
    with pytest.raises(ValueError, match="user name"):
        write_acl(tmp_path / "acl", {name: ()})
    assert not (tmp_path / "passwd").exists()


@pytest.mark.parametrize("name", ["a", "a" * 64, "24e124535b316056", "dev-1.bed_3"])
def test_ordinary_names_are_accepted(name: str, tmp_path: Path) -> None:
    write_user(tmp_path / "passwd", name, "secret")
    assert (tmp_path / "passwd").read_text().startswith(f"{name}:$7$101$")


def test_a_topic_cannot_smuggle_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line break"):
        set_user_acl(tmp_path / "acl", "dev-1", [AclEntry("write", "a\nuser hub\ntopic readwrite #")])


def test_topics_of_one_user_are_replaced_and_the_others_stay(tmp_path: Path) -> None:
    acl = tmp_path / "acl"
    write_acl(acl, {"hub": (AclEntry("readwrite", "#"),), "dev-1": (AclEntry("write", "old"),)})
    set_user_acl(acl, "dev-1", [AclEntry("write", "vendor/dev-1"), AclEntry("read", "vendor/dev-1/down")])
    expected = "user hub\ntopic readwrite #\n\nuser dev-1\ntopic write vendor/dev-1\ntopic read vendor/dev-1/down\n\n"
    assert acl.read_text() == expected + PATTERNS


def test_no_entries_take_a_users_topics_away(tmp_path: Path) -> None:
    acl = tmp_path / "acl"
    set_user_acl(acl, "dev-1", [AclEntry("write", "vendor/dev-1")])
    set_user_acl(acl, "dev-1", [])
    assert acl.read_text() == PATTERNS


def test_a_topic_may_contain_spaces_as_friendly_names_do(tmp_path: Path) -> None:
    acl = tmp_path / "acl"
    set_user_acl(acl, "gw-1", [AclEntry("write", "zigbee2mqtt/203 button")])
    set_user_acl(acl, "gw-2", [AclEntry("read", "x")])
    assert "user gw-1\ntopic write zigbee2mqtt/203 button\n" in acl.read_text()


def test_many_clerks_at_once_lose_no_device(tmp_path: Path) -> None:
    names = [f"dev-{number}" for number in range(24)]
    threads = [threading.Thread(target=write_user, args=(tmp_path / "passwd", name, "secret")) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [line.partition(":")[0] for line in (tmp_path / "passwd").read_text().splitlines()]
    assert sorted(found) == sorted(names)


def test_the_files_are_closed_to_others_and_keep_the_mode_an_administrator_chose(tmp_path: Path) -> None:
    passwords = tmp_path / "passwd"
    write_user(passwords, "dev-1", "secret")
    assert stat.S_IMODE(passwords.stat().st_mode) & 0o007 == 0
    passwords.chmod(0o600)
    write_user(passwords, "dev-2", "secret")
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600


def test_generated_passwords_differ_and_carry_128_bits() -> None:
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    assert {len(password) for password in made} == {22}


@pytest.mark.parametrize("content", [None, "", "not a number", str(2**22 + 1)])
def test_without_a_running_broker_a_reload_says_no(content: str | None, tmp_path: Path) -> None:
    pid_file = tmp_path / "mosquitto.pid"
    if content is not None:
        pid_file.write_text(content)
    assert reload_broker(pid_file) is False
