"""A program for crash tests: a dispatcher whose providers write what they were handed to a file and then never answer.

Arguments: the file, and what time it is. The environment says which database. It ends only by being killed.
"""

import sys
import threading
from datetime import datetime
from pathlib import Path

from backend.app import create_app
from backend.core.clock import ManualClock
from backend.notices.channels.base import Outcome, OutgoingMessage, sent
from backend.notices.dispatcher import Dispatcher
from backend.settings import load_settings


class _Mute:
    timeout_s = 5.0

    def __init__(self, name: str, file: Path) -> None:
        self.name = name
        self._file = file

    def send(self, message: OutgoingMessage) -> Outcome:
        with self._file.open("a") as out:
            out.write(f"{self.name} {message.notice_id}\n")
        threading.Event().wait()
        return sent()


def main() -> None:
    file = Path(sys.argv[1])
    app = create_app(load_settings(), ManualClock(datetime.fromisoformat(sys.argv[2])))
    dispatcher = Dispatcher(app, {name: _Mute(name, file) for name in ("wechat", "sms")})
    dispatcher.run_once()


if __name__ == "__main__":
    main()
