"""Jobs that look for what has become due or has fallen silent, and turn it into alarms.

Each does what is due and not yet done and returns how many things that were; a second run finds nothing.
"""

from collections.abc import Callable, Sequence

from backend.alarms import engine, raising, selfaudit
from backend.alarms.raising import Trigger
from backend.app import settings_of_app
from backend.core.clock import pause
from backend.core.db import Work, reading, unit_of_work
from backend.devices.heartbeats import living_heartbeats, silent_heartbeats
from backend.devices.registry import Register
from backend.devices.silence import find_silent
from backend.duty import service as duty
from backend.intake.service import act, act_on_silence
from backend.people.models import Division
from backend.sensing import service as sensing

AT_ONCE = 200
ROSTER = "system:roster:"
LOOK_AGAIN_S = 10.0


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


def empty_rosters() -> int:
    """A place where nobody is on duty, or somebody there cannot be told, is an alarm until the roster is mended."""
    with unit_of_work() as work:
        found = [_roster_trigger(work, place, findings) for place, findings in duty.unanswered(work)]
        raised = sum(raising.keep_raised(work, trigger) for trigger in found)
        keys = raising.open_subjects(work, "system")
        for key in sorted(one for one in keys if one.startswith(ROSTER)):
            if key not in {trigger.subject_key for trigger in found}:
                raising.clear_alarm(work, key, "system", work.now, "已有人在岗，可以通知到")
    return raised


def _roster_trigger(work: Work, place: Division, findings: Sequence[duty.Finding]) -> Trigger:
    text = "".join(dict.fromkeys(finding.text for finding in findings))
    return Trigger(
        "system", f"{ROSTER}{place.code}", f"{place.name}值班", place.name, place.path, work.now,
        detail={"text": text},
    )  # fmt: skip


def self_audit() -> int:
    """Look at ourselves twice; feed the dead-man's switch if all is well."""
    return len(selfaudit.audit(settings_of_app().deadman_url, lambda: pause(LOOK_AGAIN_S)))


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
