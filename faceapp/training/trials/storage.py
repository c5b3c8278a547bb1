"""Where the trials of a tuning are kept: an Optuna study in the dataset or at a storage URL."""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from faceapp.errors import WorldError
from faceapp.words import Words

if TYPE_CHECKING:
    import optuna

Found = TypeVar("Found")

FILE_NAME = "tuning.sqlite"
_BUSY_SECONDS = 60
_RETRIES = 2  # how often a trial is taken up again whose process died
_DESCRIBED = "faceapp"
_AT_RANDOM = 8  # trials before what went well guides the draw
_APART = 10_007
_AGAIN_SECONDS = (0.1, 0.5, 2.0)  # until what another process just made is there to be found


class StorageProblem(WorldError):
    """The storage of a tuning cannot be reached, or holds something else under that name."""


def storage_url(dataset: Path, url: str | None) -> str:
    """The URL asked for, or that of the dataset's own file."""
    return url or f"sqlite:///{(dataset / FILE_NAME).absolute().as_posix()}"


@contextmanager
def open_study(
    url: str, name: str, described: Mapping[str, Any], *, seed: int | None, heartbeat: int
) -> Iterator[optuna.Study]:
    """The study of that name, made where there is none; its connections end with the block.

    Args:
        url: of the storage, as SQLAlchemy writes it.
        name: several processes that name the same work on the same study.
        described: what the trials are of (data, recipe, space); a study that was made for
            something else is refused.
        seed: of what is tried; None where several processes draw.
        heartbeat: seconds between signs of life; a trial without three of them is taken up.

    Raises:
        StorageProblem: see there.

    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with said_in_words(url):
        storage = _unless_begun_by_another(lambda: _storage(url, heartbeat))
        try:
            study = _unless_begun_by_another(
                lambda: optuna.create_study(
                    study_name=name,
                    storage=storage,
                    direction="maximize",
                    load_if_exists=True,
                    pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=1),
                )
            )
            # A seed drawn on: a second call would else try again what the first one tried.
            drawn = None if seed is None else seed * _APART + len(study.get_trials(deepcopy=False))
            study.sampler = optuna.samplers.TPESampler(seed=drawn, n_startup_trials=_AT_RANDOM)
            _unless_begun_by_another(lambda: _check_described(study, described))
            yield study
        finally:
            storage.remove_session()
            storage.engine.dispose()


def _unless_begun_by_another(begin: Callable[[], Found]) -> Found:
    """Begin something in the storage, or find it, where another process began it just now."""
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import SQLAlchemyError

    for seconds in _AGAIN_SECONDS:
        try:
            return begin()
        except (SQLAlchemyError, StorageInternalError) as error:
            if not _is_there_already(error):
                raise
            time.sleep(seconds)
    return begin()


def _is_there_already(error: BaseException) -> bool:
    """Whether a database complains of a table or row that another process wrote first."""
    from sqlalchemy.exc import IntegrityError

    causes = (error, error.__cause__)
    return any(isinstance(each, IntegrityError) or "already exists" in str(each) for each in causes)


def _check_described(study: optuna.Study, described: Mapping[str, Any]) -> None:
    known = study.user_attrs.get(_DESCRIBED)
    if known is None:
        study.set_user_attr(_DESCRIBED, dict(described))
    elif known != json.loads(json.dumps(described)):
        keys = dict.fromkeys((*described, *known))
        differs = ", ".join(key for key in keys if known.get(key) != described.get(key))
        raise StorageProblem(
            Words(
                "The study {study_name!r} was begun with another {differs}. Give "
                "this one another name with --study.",
                study_name=study.study_name,
                differs=differs or "set-up",
            )
        )


def _storage(url: str, heartbeat: int) -> optuna.storages.RDBStorage:
    import optuna
    from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback

    waiting = {"connect_args": {"timeout": _BUSY_SECONDS}} if url.startswith("sqlite") else {}
    with warnings.catch_warnings():  # heartbeats are called experimental since 2021
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return RDBStorage(
            url,
            engine_kwargs={"pool_pre_ping": True, **waiting},
            heartbeat_interval=heartbeat,
            grace_period=3 * heartbeat,
            heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(max_retry=_RETRIES),
        )


@contextmanager
def said_in_words(url: str) -> Iterator[None]:
    """Say what a storage complains of without telling its password."""
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        yield
    except ArgumentError as error:
        raise StorageProblem(
            Words(
                "The storage URL cannot be read. Write it like postgresql+pg8000://user@host/database."
            )
        ) from error
    except (ImportError, SQLAlchemyError, StorageInternalError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StorageProblem(
            Words("The storage {url}: {reason}", url=without_password(url), reason=reason)
        ) from error


def without_password(url: str) -> str:
    """A storage's URL as it may be shown."""
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True)


def digest_of(rows: Iterator[tuple[str, ...]]) -> str:
    """A short name for rows of text, the same wherever they are the same."""
    found = hashlib.sha256()
    for row in sorted(rows):
        found.update("\0".join(row).encode() + b"\n")
    return found.hexdigest()[:16]
