"""Historic registrations are taken into the archive's index, a portion at a time, from where the last turn stopped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.app import settings_of_app
from backend.core.clock import local, pause, wall
from backend.core.db import reading, unit_of_work
from backend.marriage import archive, archive_files

# A turn of the job ends after so many portions: a scheduler that is told to stop need not wait for a whole file.
PORTIONS = 20
BREATH_S = 0.02
ABANDONED_AFTER = timedelta(days=1)


def archive_import() -> int:
    """Work off what was uploaded; how many rows were placed in this turn."""
    folder = settings_of_app().data_dir / archive_files.FOLDER
    with reading() as work:
        run, today = archive.next_run(work), local(work.now).date()
    if run is None:
        _tidy(folder)
        return 0
    path = folder / run.stored_as
    if not path.is_file():
        with unit_of_work() as work:
            archive.finish(work, run.id, why=archive.MISSING_FILE)
        return 0
    done = run.done
    for count, records in enumerate(archive_files.portions(path, done, archive.PORTION)):
        if count == PORTIONS:
            return done - run.done
        rows = archive.prepare(records, run.encoding, run.header, today)
        with unit_of_work() as work:
            if not archive.take_in(work, run.id, rows, done=done):
                return done - run.done
        done += len(rows)
        pause(BREATH_S)
    with unit_of_work() as work:
        archive.finish(work, run.id, why=None if done == run.total else archive.MISSING_FILE)
    return done - run.done


def _tidy(folder: Path) -> None:
    """Remove what no run needs any more, also after a crash between the last row and this, or in an upload."""
    files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    if not files:
        return
    with reading() as work:
        over = archive.unneeded(work, [path.name for path in files])
    for path in files:
        if path.name in over or _abandoned(path):
            path.unlink(missing_ok=True)


def _abandoned(path: Path) -> bool:
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return path.suffix == ".part" and wall() - written > ABANDONED_AFTER
