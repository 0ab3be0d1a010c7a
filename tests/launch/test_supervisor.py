"""The supervisor against real little programs: crash and come back, stop in order, leave nobody behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.launch.process import Program
from backend.launch.supervisor import StartFailed, Supervisor

SLEEPER = "import time\nwhile True: time.sleep(60)"
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\n" + SLEEPER


def program(name: str, source: str) -> Program:
    return Program(name, (sys.executable, "-c", source))


def wait_for(condition: Callable[[], object], timeout_s: float = 120) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.fixture
def handlers() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str], handlers: None) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "logs", dict(os.environ), said.append) as one:
        yield one


def test_a_killed_program_comes_back_and_the_terminal_says_so(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.add(program("hub", SLEEPER))
    first = supervisor.running()["hub"]
    os.kill(first, signal.SIGKILL)
    supervisor.run(until=lambda: supervisor.running().get("hub", first) != first)
    assert alive(supervisor.running()["hub"])
    assert said == ["[hub] 意外退出，0.5 秒后重启", "[hub] 已重新启动"]


def test_each_crash_in_a_row_waits_twice_as_long(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.add(program("hub", "raise SystemExit(3)"))
    supervisor.run(until=lambda: len([line for line in said if "意外退出" in line]) == 3)
    waits = [line.split("，")[1] for line in said if "意外退出" in line]
    assert waits == ["0.5 秒后重启", "1 秒后重启", "2 秒后重启"]


def test_a_crash_of_one_program_leaves_the_others_running(supervisor: Supervisor) -> None:
    supervisor.add(program("web", SLEEPER))
    web = supervisor.running()["web"]
    supervisor.add(program("hub", SLEEPER))
    hub = supervisor.running()["hub"]
    os.kill(hub, signal.SIGKILL)
    supervisor.run(until=lambda: supervisor.running().get("hub", hub) != hub)
    assert supervisor.running()["web"] == web


def test_programs_stop_in_the_reverse_of_their_order(supervisor: Supervisor, tmp_path: Path) -> None:
    book = tmp_path / "order"
    source = textwrap.dedent("""
        import pathlib, signal, sys, time
        def stop(*_):
            with pathlib.Path({book!r}).open("a") as handle: handle.write({name!r} + " ")
            sys.exit(0)
        signal.signal(signal.SIGTERM, stop)
        pathlib.Path({book!r} + {name!r}).touch()
        while True: time.sleep(60)
    """)
    for name in ("broker", "web", "hub"):
        supervisor.add(program(name, source.format(book=str(book), name=name)))
        assert wait_for(Path(f"{book}{name}").exists)
    supervisor.stop_all()
    assert book.read_text().split() == ["hub", "web", "broker"]


def test_a_program_deaf_to_the_request_is_killed(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.launch.supervisor.STOP_WITHIN_S", 0.3)
    supervisor.add(program("deaf", STUBBORN))
    pid = supervisor.running()["deaf"]
    assert wait_for(lambda: "deaf" in (tmp_path / "logs/deaf.log").read_text())
    supervisor.stop_all()
    assert not alive(pid)


def test_what_a_program_started_ends_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    source = f"import subprocess, sys, pathlib\nchild = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}])\n"
    source += f"pathlib.Path({str(note)!r}).write_text(str(child.pid) + '.')\n" + SLEEPER
    supervisor.add(program("web", source))
    assert wait_for(lambda: note.exists() and note.read_text().endswith("."))
    supervisor.stop_all()
    assert wait_for(lambda: not alive(int(note.read_text().rstrip("."))))


def test_a_program_that_never_gets_ready_fails_the_start(supervisor: Supervisor) -> None:
    never = Program("web", (sys.executable, "-c", SLEEPER), ready=lambda: False, wait_ready_s=0.2)
    with pytest.raises(StartFailed, match="web"):
        supervisor.add(never)


def test_a_failed_preparation_fails_the_start(supervisor: Supervisor) -> None:
    with pytest.raises(StartFailed, match="init-db"):
        supervisor.run_once(program("init-db", "raise SystemExit(1)"))


def test_a_finished_preparation_does_not_come_back(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.run_once(program("init-db", "print('done')"))
    supervisor.tick()
    assert (tmp_path / "logs/init-db.log").read_text() == "done\n"
    assert supervisor.running() == {}


def test_a_program_that_cannot_be_started_is_tried_again(supervisor: Supervisor, tmp_path: Path) -> None:
    missing = tmp_path / "later"
    supervisor.add(Program("hub", (str(missing),)))
    assert supervisor.running() == {}
    missing.write_text(f"#!{sys.executable}\n{SLEEPER}\n")
    missing.chmod(0o755)
    supervisor.run(until=lambda: bool(supervisor.running()))
    assert alive(supervisor.running()["hub"])


def test_warnings_reach_the_terminal_short_and_the_rest_stays_in_the_file(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    supervisor.add(program("hub", "print('info fine'); print('warning ' + 'x' * 500, flush=True)\n" + SLEEPER))
    supervisor.run(until=lambda: bool(said))
    assert said[0].startswith("[hub] warning xxx")
    assert len(said[0]) == len("[hub] ") + 200
    assert "info fine" in (tmp_path / "logs/hub.log").read_text()


HOST = """
import os, pathlib, sys
from backend.launch.process import Program
from backend.launch.supervisor import Supervisor
folder = pathlib.Path(sys.argv[1])
with Supervisor(folder, dict(os.environ), print) as supervisor:
    for name in ("broker", "web"):
        supervisor.add(Program(name, (sys.executable, "-c", sys.argv[2])))
    (folder / "pids").write_text(" ".join(str(pid) for pid in supervisor.running().values()) + " .")
    supervisor.run()
"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """A supervisor in a process of its own, and the process ids of its two children."""
    process = subprocess.Popen([sys.executable, "-c", HOST, str(tmp_path), SLEEPER])
    note = tmp_path / "pids"
    assert wait_for(lambda: note.exists() and note.read_text().endswith("."))
    pids = [int(text) for text in note.read_text().split()[:-1]]
    yield process, pids
    process.kill()
    process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_exits_with_zero_and_leaves_nobody(
    host: tuple[subprocess.Popen[bytes], list[int]], number: signal.Signals
) -> None:
    process, pids = host
    assert all(alive(pid) for pid in pids)
    process.send_signal(number)
    assert process.wait(timeout=15) == 0
    assert not any(alive(pid) for pid in pids)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_supervisor_killed_outright_takes_its_programs_with_it(
    host: tuple[subprocess.Popen[bytes], list[int]],
) -> None:
    process, pids = host
    process.kill()
    process.wait()
    assert wait_for(lambda: not any(alive(pid) for pid in pids))
