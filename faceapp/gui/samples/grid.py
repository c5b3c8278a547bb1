"""The grid of samples: only what is on screen is read, decoded and painted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from faceapp.dataset import Sample
from faceapp.gui.itemmodels.samples import SamplesModel
from faceapp.gui.itemmodels.thumbnails import ThumbnailKey, ThumbnailPictures
from faceapp.gui.samples.delegate import SampleDelegate

SMALLEST_SIDE, LARGEST_SIDE = 64, 256
_AHEAD_MS = 120
_WHEEL_STEP = 120

Index = QModelIndex | QPersistentModelIndex
_SelectionFlag = QItemSelectionModel.SelectionFlag


class SampleGrid(QListView):
    """Samples side by side, wrapped at the right edge.

    Args:
        key: is offered every key first; True says that it did something.
        delegate: paints the cells.

    Signals:
        current_changed(): another sample is the current one.
        selection_changed(): others are selected.
        zoom_wanted(int): steps by which pictures should become larger.
        opened(): the current sample was double-clicked.

    """

    current_changed = Signal()
    selection_changed = Signal()
    zoom_wanted = Signal(int)
    opened = Signal()

    def __init__(
        self,
        model: SamplesModel,
        key: Callable[[QKeyEvent], bool],
        parent: QWidget | None = None,
        delegate: type[SampleDelegate] = SampleDelegate,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._samples = model
        self._pictures: ThumbnailPictures | None = None
        self._missing: dict[int, ThumbnailKey] = {}  # by position
        self._painted = False
        self._wheel = 0
        self._last: tuple[int, int] | None = None  # id and position of the current sample
        self._set_up()
        self.setModel(model)
        self.painter = delegate(model, self._picture, self)
        self.setItemDelegate(self.painter)
        self._ahead = QTimer(self, interval=_AHEAD_MS, singleShot=True)
        self._ahead.timeout.connect(self._look_ahead)
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    def _set_up(self) -> None:
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionRectVisible(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Samples"))

    def use_pictures(self, pictures: ThumbnailPictures) -> None:
        """Take pictures from here."""
        self._pictures = pictures

    @property
    def side(self) -> int:
        """Side of the pictures in pixels."""
        return self.painter.side

    def set_side(self, side: int) -> None:
        """Show pictures of another size, the current sample staying in sight."""
        self.painter.side = min(max(side, SMALLEST_SIDE), LARGEST_SIDE)
        self._lay_out()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    @property
    def current(self) -> int | None:
        """Position of the current sample."""
        index = self.currentIndex()
        return index.row() if index.isValid() else None

    def selected_ids(self) -> list[int]:
        """Ids of the selected samples, in their order in the grid."""
        ids = self._samples.ids
        return [ids[each] for each in self.selected_positions()]

    def selected_positions(self) -> list[int]:
        """Where the selected samples stand, ascending."""
        positions: set[int] = set()
        for span in self._spans():
            positions.update(range(span.top(), span.bottom() + 1))
        return sorted(positions)

    def selected_count(self) -> int:
        """How many samples are selected."""
        return sum(span.height() for span in self._spans())

    def restore(self) -> None:
        """After the list changed: stay on the sample that was current, or on its place."""
        self._missing.clear()
        self._painted = False
        if not self._samples.ids:
            self._last = None
            return
        kept = self._samples.position(self._last[0]) if self._last else None
        place = self._last[1] if self._last else 0
        self.go_to(min(place, len(self._samples.ids) - 1) if kept is None else kept)

    def go_to(self, position: int) -> None:
        """Make a sample the current and only selected one, and bring it into sight."""
        index = self._samples.index(position)
        self.selectionModel().setCurrentIndex(index, _SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def select(self, positions: Sequence[int], current: int) -> None:
        """Select these samples and make one of them the current one."""
        chosen = QItemSelection()
        for position in positions:
            index = self._samples.index(position)
            chosen.select(index, index)
        model = self.selectionModel()
        model.setCurrentIndex(self._samples.index(current), _SelectionFlag.NoUpdate)
        model.select(chosen, _SelectionFlag.ClearAndSelect)

    def advance(self) -> bool:
        """Go on to the sample after the selection; False at the end of the list."""
        last = max((span.bottom() for span in self._spans()), default=-1)
        if last + 1 >= len(self._samples.ids):
            return False
        self.go_to(last + 1)
        return True

    def move_by(self, step: int) -> None:
        """Go `step` samples on, or back where it is negative; stay inside the list."""
        if (current := self.current) is not None:
            self.go_to(min(max(current + step, 0), len(self._samples.ids) - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Ours first; then Qt's arrows, Shift, Ctrl+A."""
        if self._key(event):
            event.accept()
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's own
        """Letters are keys of classes, and never look for names."""
        del search

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's own
        """With Ctrl, change the size of the pictures."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._wheel += event.angleDelta().y()
        steps, self._wheel = divmod(self._wheel, _WHEEL_STEP)
        if steps:
            self.zoom_wanted.emit(steps)
        event.accept()

    def dataChanged(  # noqa: N802 - Qt's own
        self, first: Index, last: Index, roles: Sequence[int] = ()
    ) -> None:
        """Paint anew; QListView would also lay out every cell anew, though all are of one size."""
        del roles
        if first.row() == last.row():
            self.update(first)
        else:
            self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's own
        """Tell of it."""
        super().currentChanged(current, previous)
        if current.isValid():
            self._last = (self._samples.ids[current.row()], current.row())
        self.current_changed.emit()

    def selectionChanged(self, on: QItemSelection, off: QItemSelection) -> None:  # noqa: N802
        """Tell of it."""
        super().selectionChanged(on, off)
        self.selection_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own
        """Share the width out evenly."""
        self._lay_out()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow theme and text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.painter.follow_theme()
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Paint; what is on screen now is wanted before all else."""
        if self._pictures is not None:
            self._pictures.new_screen()
        seen = self.on_screen()
        self._missing = {place: key for place, key in self._missing.items() if place in seen}
        super().paintEvent(event)
        self._painted = bool(self._samples.ids)
        self._ahead.start()

    def pictures_arrived(self, keys: Iterable[object]) -> None:
        """Paint the cells again whose pictures have come."""
        come = set(keys)
        for position in [each for each, key in self._missing.items() if key in come]:
            del self._missing[position]
            self.update(self._samples.index(position))

    @property
    def complete(self) -> bool:
        """Whether everything in sight was painted with its picture."""
        return self._painted and not self._missing

    def _picture(self, position: int, sample: Sample, side: int) -> QImage | None:
        if self._pictures is None:
            return None
        image = self._pictures.get(sample, side)
        if image is None:
            self._missing[position] = ThumbnailKey(sample.sha256, side)
        return image

    def _lay_out(self) -> None:
        """Share the width out evenly among as many columns as there is room for."""
        cell, room = self.painter.cell, self._room()
        size = QSize(max(room // max(room // cell.width(), 1), cell.width()), cell.height())
        if size != self.gridSize():
            self.setGridSize(size)

    def _spans(self) -> list[QItemSelectionRange]:
        return self.selectionModel().selection().toList()

    def _room(self) -> int:
        """Width for cells: Qt breaks a line that would fill the view to its last pixel."""
        return self.viewport().width() - 1

    def on_screen(self) -> range:
        """Positions of the samples in sight."""
        size = self.gridSize()
        columns = max(self._room() // max(size.width(), 1), 1)
        height = max(size.height(), 1)
        first = self.verticalScrollBar().value() // height * columns
        rows = self.viewport().height() // height + 2
        return range(first, min(first + rows * columns, len(self._samples.ids)))

    def _look_ahead(self) -> None:
        """Have the next and the last screen made before anybody scrolls there."""
        if self._pictures is None:
            return
        seen = self.on_screen()
        after = range(seen.stop, min(seen.stop + len(seen), len(self._samples.ids)))
        before = range(max(seen.start - len(seen), 0), seen.start)
        side = round(self.side * self.devicePixelRatioF())
        for position in (*after, *before):
            row = self._samples.row(position)
            if row is not None:
                self._pictures.get(row.sample, side)
