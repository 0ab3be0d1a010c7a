"""The jobs table: a new job is one row."""

from scheduler import watching
from scheduler.runner import Job


def table() -> list[Job]:
    """Every job. Seconds; ``silence_limit_s`` leaves room for a restart and for a take-over of the lease."""
    return [
        Job("escalation", "报警升级", 1, watching.escalate, 30, everywhere=True),
        Job("sensing", "体征规则计时", 1, watching.sensing_timers(), 30, everywhere=True),
        Job("device_silence", "设备失联检查", 10, watching.silent_devices, 60),
        # Not before the others have had their first turn: after a day switched off every sign of life is old.
        Job("process_silence", "系统运行检查", 10, watching.silent_processes, 60, first_after_s=20),
    ]
