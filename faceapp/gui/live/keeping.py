"""From the camera into the dataset: held classes become samples, wrong readings proposals."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from faceapp.dataset import Changes, Part, Task
from faceapp.dataset.vocabulary import EXPRESSIONS
from faceapp.gui.live.models import Models
from faceapp.gui.live.service import LiveService
from faceapp.gui.live.strip import Strip
from faceapp.gui.live.watching import Watching
from faceapp.gui.messages import MessageAction, Messages
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import counted, number
from faceapp.gui.workers import JobRunner

if TYPE_CHECKING:
    from faceapp.live.storing import Stored
    from faceapp.live.takes import LiveCrop

Store = Callable[[Path, "Sequence[LiveCrop]", str, str], "Stored"]

TAP_SECONDS = 0.35  # a key that is let go sooner was tapped, not held
LEAST_TAKES = 3  # the sides of a split, each of which has takes of its own
_SHOW_MS, _SETTLE_MS = 100, 200


class Keeping(QObject):
    """Holds and taps of class keys, and training on what was held.

    A class that is held is one take: samples of one person, never on two sides of a split. One
    that is tapped says that the last second was read wrongly.

    Signals:
        tapped(str): a class was tapped.
    """

    tapped = Signal(str)

    def __init__(
        self,
        strip: Strip,
        watching: Watching,
        *,
        models: Models,
        session: DatasetSession,
        service: LiveService,
        jobs: JobRunner,
        messages: Messages,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._strip, self._watching, self._models = strip, watching, models
        self._session, self._service = session, service
        self._jobs, self._messages = jobs, messages
        self._held: str | None = None
        self._since = 0.0
        self._before: tuple[LiveCrop, ...] = ()
        self._ids: dict[str, set[int]] = {}
        self._takes: Counter[str] = Counter()
        self._storing = 0
        self.training = False
        self.task: Task | None = None
        self._clock = QTimer(self, interval=_SHOW_MS)
        self._clock.timeout.connect(self.show)
        # Other pages may label many a second; counting waits until they pause.
        self._stale = False
        self._settling = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settling.timeout.connect(self.catch_up)
        strip.pressed.connect(self.press)
        strip.released.connect(self.release)
        strip.train_wanted.connect(self.train)
        strip.task_wanted.connect(self._add_task)
        watching.stopping.connect(self.let_go)
        session.changed.connect(self._follow)
        self.follow_task()

    # -- the task that is recorded

    def follow_task(self) -> None:
        """Record answers to the model's question, or else to the task that is looked at."""
        model = self._models.model
        tasks = {each.name: each for each in self._session.dataset.tasks()}
        asked = model.info.task if model is not None and self._models.reads else ""
        task = tasks.get(asked, self._session.current_task)
        if task != self.task:
            self.task = task
            self._ids, self._takes = {}, Counter()
            self._strip.show_task(task)
        self._count_takes()
        self.show()

    def _add_task(self) -> None:
        """Have the dataset ask what the model answers, or else for expressions."""
        model = self._models.model
        task = "expression"
        classes: tuple[str, ...] = EXPRESSIONS
        if model is not None and self._models.reads:
            task, classes = model.info.task or task, model.info.classes
        self._session.do(None, lambda dataset: dataset.add_task(task, classes))

    def class_of(self, key: str) -> str | None:
        """The class that a key stands for."""
        classes = self.task.classes if self.task else ()
        return next((c.name for c in classes if key and c.key.casefold() == key.casefold()), None)

    # -- holding and tapping

    @property
    def held(self) -> str | None:
        """The class that is being held."""
        return self._held

    @property
    def busy(self) -> bool:
        """Whether something is on its way into the dataset."""
        return self._storing > 0

    def press(self, label: str) -> None:
        """A class went down."""
        engine = self._watching.engine
        if self._held is not None:
            return
        if engine is None:
            self._messages.info(self.tr("Choose a camera first: there is nothing to record."))
            return
        self._held, self._since = label, time.monotonic()
        self._before = engine.last_crops()
        engine.begin_hold(label)
        self._clock.start()
        self.show()

    def release(self, label: str) -> None:
        """A class was let go."""
        engine = self._watching.engine
        if self._held != label or engine is None:
            return
        self._held = None
        self._clock.stop()
        crops = engine.end_hold()
        if time.monotonic() - self._since >= TAP_SECONDS:
            self._keep(crops, label)
        else:
            self._doubt(label)
        self.show()

    def let_go(self) -> None:
        """Whatever is held is held no longer, as when the camera goes off; it is kept."""
        if self._held is not None:
            self.release(self._held)

    def _keep(self, crops: Sequence[LiveCrop], label: str) -> None:
        if not crops:
            self._messages.warning(self.tr("No face was seen: nothing was recorded."), key="hold")
            return

        def stored(found: Stored) -> None:
            self._ids.setdefault(label, set()).update(found.ids)
            words = counted(
                len(found.ids),
                self.tr("1 image of {1} was recorded."),
                self.tr("{0} images of {1} were recorded."),
                label,
            )
            self._messages.take_back("hold")
            self._messages.info(words, action=self._undo_action())
            self.show()

        self._store(self._service.store_take, crops, label, stored)

    def _doubt(self, label: str) -> None:
        """The last second was read wrongly."""
        self.tapped.emit(label)
        if not self._models.reads:
            self._messages.info(self.tr("Hold the key for longer to record {0}.").format(label))
            return
        if not self._before:
            self._messages.warning(self.tr("No face was seen in the last second."), key="hold")
            return

        def stored(found: Stored) -> None:
            words = counted(
                len(found.ids),
                self.tr("1 image waits for review as {1}."),
                self.tr("{0} images wait for review as {1}."),
                label,
            )
            self._messages.info(words, action=self._undo_action())

        self._store(self._service.store_wrong, self._before, label, stored)

    def _undo_action(self) -> MessageAction:
        return MessageAction(self.tr("Undo"), self._session.undo)

    def _store(
        self,
        store: Store,
        crops: Sequence[LiveCrop],
        label: str,
        then: Callable[[Stored], object],
    ) -> None:
        if self.task is None:
            return
        folder, task = self._session.folder, self.task.name
        self._storing += 1

        def done(found: Stored) -> None:
            self._storing -= 1
            then(found)
            self._session.reload(found.changes)

        def failed(error: Exception) -> None:
            self._storing -= 1
            self._messages.problem(error)

        title = self.tr("Keeping images")
        self._jobs.start(
            title, lambda _job: store(folder, crops, task, label), done=done, failed=failed
        )

    # -- training

    @property
    def learnable(self) -> list[str]:
        """Classes with takes or people enough."""
        return [name for name, takes in self._takes.items() if takes >= LEAST_TAKES]

    def train(self) -> None:
        """Train the quick recipe on the task; its model reads when it is done."""
        classes, task, folder = self.learnable, self.task, self._session.folder
        if task is None or self.training or len(classes) < 2:
            return
        self.training = True
        self.show()

        def ended() -> None:
            self.training = False
            self.show()

        def done(run: Path) -> None:
            ended()
            self._messages.info(self.tr("The new model reads now: {0}").format(run.name))
            self._models.choose(run)

        def failed(error: Exception) -> None:
            ended()
            self._messages.problem(error)

        title = self.tr("Training on {0}").format(", ".join(classes))
        self._jobs.start(
            title,
            lambda job: self._service.train(folder, task.name, classes, job),
            done=done,
            failed=failed,
            cancelled=ended,
        )

    # -- what is shown

    def _follow(self, changes: Changes, _initiator: object) -> None:
        if Part.TASKS in changes.parts:
            self.follow_task()
        elif {Part.LABELS, Part.SAMPLES} & changes.parts:
            self._stale = True
            if self._strip.isVisible():
                self._settling.start()

    def catch_up(self) -> None:
        """Count again what changed while nobody looked, or just now."""
        if self._stale:
            self._stale = False
            self._count_takes()
            self._forget_undone()

    def _forget_undone(self) -> None:
        """Count only what still bears its label."""
        if self.task is None:
            return
        for label, ids in self._ids.items():
            answers = self._session.dataset.answers(self.task.name, sorted(ids))
            self._ids[label] = {i for i, answer in answers.items() if answer.answer == label}
        self.show()

    def _count_takes(self) -> None:
        task, folder = self.task, self._session.folder
        if task is None:
            return

        def done(found: dict[str, int]) -> None:
            if self.task == task:
                self._takes = Counter(found)
                self.show()

        title = self.tr("Counting takes")
        self._jobs.start(
            title,
            lambda job: dict(self._service.takes(folder, task.name, job)),
            done=done,
            quiet=True,
        )

    def show(self) -> None:
        """Show counts, and what can be done next."""
        counts = {label: len(ids) for label, ids in self._ids.items()}
        engine = self._watching.engine
        if self._held is not None and engine is not None:
            counts[self._held] = counts.get(self._held, 0) + engine.held
        self._strip.show_counts(counts, self._held)
        self._strip.offer_task(
            self.tr("Record its classes") if self._models.reads else self.tr("Record expressions"),
            wanted=self.task is None,
        )
        self._strip.train.setVisible(self.task is not None)
        self._strip.train.setEnabled(len(self.learnable) > 1 and not self.training)
        self._strip.train.setToolTip(self._train_words())
        self._strip.say(self._words(counts))

    def _train_words(self) -> str:
        if len(self.learnable) > 1:
            return self.tr("Train the quick recipe on {0}").format(", ".join(self.learnable))
        return self.tr(
            "Two classes with three takes or people each are needed: one to learn from, one to "
            "decide by and one to judge by"
        )

    def _words(self, counts: Collection[str]) -> str:
        if self.task is None:
            return self.tr("This dataset asks nothing yet: add a task to record answers to it.")
        if self.training:
            return self.tr("Training; the camera goes on, and the new model will read here.")
        short = [
            f"{name} {number(self._takes[name])}/{LEAST_TAKES}"
            for name in self.task.names
            if name in counts and self._takes[name] < LEAST_TAKES
        ]
        if short:
            return self.tr("Record each class {0} times, letting go in between: {1}").format(
                LEAST_TAKES, ", ".join(short)
            )
        return self.tr(
            "Hold a class to record it; tap it to say that the last second was wrong. Nothing "
            "else is stored."
        )
