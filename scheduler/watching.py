"""Jobs that look for what has become due or has fallen silent, and turn it into alarms.

Each does what is due and not yet done and returns how many things that were; a second run finds nothing.
"""

from collections.abc import Callable

from backend.alarms import engine, raising
from backend.core.db import reading, unit_of_work
from backend.devices.heartbeats import living_heartbeats, silent_heartbeats
from backend.devices.registry import Register
from backend.devices.silence import find_silent
from backend.intake.service import act, act_on_silence
from backend.sensing import service as sensing

AT_ONCE = 200


def escalate() -> int:
    """Run every step of an alarm that is due."""
    return engine.run_due()


def sensing_timers() -> Callable[[], int]:
    """A job that says what has lasted, or been silent, too long by the sensor rules."""
    register = Register()

    def run() -> int:
        with unit_of_work() as work:
            findings = sensing.due(work, AT_ONCE)
            if findings:
                register.refresh(work)
            for finding in findings:
                act(work, register, finding)
        return len(findings)

    return run


def silent_devices() -> int:
    """Devices and gateways past their limit become alarms; a gateway's children are listed in its alarm."""
    with unit_of_work() as work:
        findings = find_silent(work, AT_ONCE)
        for finding in findings:
            act_on_silence(work, finding)
    return len(findings)


def silent_processes() -> int:
    """The hub, the scheduler and its jobs: one alarm each while it gives no sign of life, ended when it is back."""
    with unit_of_work() as work:
        findings = silent_heartbeats(work)
        for finding in findings:
            act_on_silence(work, finding)
    return len(findings) + _ended()


def _ended() -> int:
    with reading() as work:
        over = raising.open_subjects(work, "system") & set(living_heartbeats(work))
    for key in sorted(over):
        with unit_of_work() as work:
            raising.clear_alarm(work, key, "system", work.now, "已恢复运行")
    return len(over)
