"""Private servers for tests: PostgreSQL, Mosquitto, Redis. Missing ones skip, or fail where they are required."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

REQUIRED = os.environ.get("SHOUWANG_REQUIRE_SERVICES") == "1"


def free_port() -> int:
    """A port nobody listens on, never the last one again: a client of an earlier test may still be knocking there.

    Below the ports that the kernel gives to outgoing connections, and each test process has its own thousands.
    """
    for port in _ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError


def _own_ports() -> Iterator[int]:
    first = 10_000 + 4_000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 5)
    return (first + (os.getpid() * 37 + number) % 4_000 for number in count())


_ports = _own_ports()


def program(name: str, *folders: str) -> str:
    """The path of a program; skip the test if it is missing, fail it where services are required."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *folders]))
    if found is None:
        message = f"{name} is not installed"
        if REQUIRED:
            pytest.fail(message + " but SHOUWANG_REQUIRE_SERVICES=1")
        pytest.skip(message)
    return found


def wait_until(ready: Callable[[], object], seconds: float = 120) -> None:
    """Poll until ``ready`` is true; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return
        time.sleep(0.02)
    pytest.fail(f"not ready within {seconds} s: {ready}")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


POSTGRES_OPTIONS = ["--max_connections=300", "--unix_socket_directories="]
PG_15 = 150_000
FORGETFUL = ["--fsync=off", "--full_page_writes=off"]


def _postgres_folders() -> list[str]:
    return [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Start a private server on a free port; yield ``postgresql+psycopg://…`` without a database.

    ``durable``: it waits for its disk as a county's does; otherwise it may forget everything.
    Its folder is outside pytest's own tree, whose rights shut out the user that PostgreSQL must run as.
    """
    folder = Path(tempfile.mkdtemp(prefix="shouwang-pg-"))
    folders = _postgres_folders()
    initdb, server = program("initdb", *folders), program("postgres", *folders)
    data, port = folder / "data", free_port()
    data.mkdir()
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        folder.chmod(0o755)
        shutil.chown(data, "postgres", "postgres")
    options = POSTGRES_OPTIONS if durable else [*POSTGRES_OPTIONS, *FORGETFUL]
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run(
        [*as_user, initdb, "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True,
        capture_output=True,
    )
    process = subprocess.Popen(
        [*as_user, server, "-D", data, "-p", str(port), "-h", "127.0.0.1", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}"
        wait_until(lambda: answers(url))
        yield url
    finally:
        process.send_signal(signal.SIGINT)  # a fast shutdown: sessions left open are closed
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def answers(url: str) -> bool:
    engine = create_engine(f"{url}/postgres")
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except Exception:  # noqa: BLE001 - not up yet, whatever the reason
        return False
    else:
        return True
    finally:
        engine.dispose()


def _admin(server: str, statement: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def create_database(server: str, name: str, template: str = "template0") -> None:
    """Copying the template's files is half the work of writing it anew, which is what PostgreSQL does since 15."""
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        version = connection.scalar(text("SELECT current_setting('server_version_num')::int"))
        strategy = "STRATEGY file_copy" if version >= PG_15 else ""
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy}'))
    engine.dispose()


def drop_database(server: str, name: str) -> None:
    _admin(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def mosquitto(folder: Path, port: int | None = None) -> Iterator[int]:
    """Start a private Mosquitto (anonymous, with the persistence settings of a county); yield its port."""
    port = port or free_port()
    process = start_mosquitto(folder, port)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)


def start_mosquitto(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start Mosquitto on a folder that outlives it, so that a test can kill it and start it again."""
    binary = program("mosquitto")
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n"
        "autosave_interval 1\nautosave_on_changes true\nmax_queued_messages 0\nmax_inflight_messages 1000\n"
        "queue_qos0_messages true\n" + ("user root\n" if os.geteuid() == 0 else "")
    )
    process = subprocess.Popen([binary, "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: listens(port))
    return process


@contextmanager
def redis(port: int | None = None) -> Iterator[str]:
    """Start a private Redis; yield its address."""
    port = port or free_port()
    process = subprocess.Popen(
        [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: listens(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)
