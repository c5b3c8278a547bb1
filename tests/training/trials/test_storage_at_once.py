"""Several who begin one study in the same moment all find it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from faceapp.training.trials.storage import open_study

MANY = 6


def test_a_study_that_many_begin_at_once_is_begun_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    together = Barrier(MANY)

    def begin(_number: int) -> int:
        together.wait()
        with open_study(url, "shared", {"task": "sex"}, seed=None, heartbeat=60) as study:
            return study._study_id

    with ThreadPoolExecutor(MANY) as threads:
        assert len(set(threads.map(begin, range(MANY)))) == 1
