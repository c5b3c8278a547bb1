"""Keeps the large view on the grid's current sample."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer

from faceapp.dataset import StoredFace
from faceapp.gui.itemmodels.rows import Row
from faceapp.gui.itemmodels.samples import SamplesModel
from faceapp.gui.itemmodels.thumbnails import LargePictures, ThumbnailPictures
from faceapp.gui.label.face_finder import FaceFinder
from faceapp.gui.label.labelling import Labelling
from faceapp.gui.label.large_pane import LargePane
from faceapp.gui.samples.grid import SampleGrid
from faceapp.gui.session import DatasetSession

_REST_MS = 60  # history and provenance are read when the keys rest that long


class ShownSample(QObject):
    """Shows the current sample: its image, answers, history, and on demand its faces."""

    def __init__(
        self,
        session: DatasetSession,
        pane: LargePane,
        grid: SampleGrid,
        *,
        thumbnails: ThumbnailPictures,
        labelling: Labelling,
        faces: FaceFinder,
    ) -> None:
        super().__init__(pane)
        self._session = session
        self._pane = pane
        self._grid = grid
        self._thumbnails = thumbnails
        self._labelling = labelling
        self._faces = faces
        self._large = LargePictures(session.dataset, self._arrived)
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._show_details)
        self.destroyed.connect(self._large.close)
        grid.current_changed.connect(self.refresh)
        pane.faces_wanted.connect(self._show_faces)
        pane.canvas.faces_changed.connect(self._correct)

    @property
    def _model(self) -> SamplesModel:
        model = self._grid.model()
        assert isinstance(model, SamplesModel)
        return model

    @property
    def row(self) -> Row | None:
        """The current sample as it stands in the dataset."""
        current = self._grid.current
        return None if current is None else self._model.row(current)

    @property
    def idle(self) -> bool:
        """Whether the sample's history is read too."""
        return not self._rest.isActive()

    def refresh(self) -> None:
        """Show the current sample as it is now."""
        row = self.row
        before = self._pane.canvas.sample
        self._show(row)
        if row is None or before is None or before.id != row.sample.id:
            self._show_faces(self._pane.faces.isChecked())
        self._rest.start()

    def faces_changed(self) -> None:
        """Read the faces again."""
        self._show_faces(self._pane.faces.isChecked())

    def _show(self, row: Row | None) -> None:
        if row is None:
            self._pane.show_row(None, None, None)
            return
        self._large.new_screen()
        picture = self._large.get(row.sample)
        side = round(self._grid.side * self._grid.devicePixelRatioF())
        stand_in = None if picture else self._thumbnails.get(row.sample, side)
        self._pane.show_row(row, picture, stand_in)
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Have the images before and after read: one of them comes next."""
        current = self._grid.current
        assert current is not None
        for position in (current + 1, current - 1):
            if 0 <= position < len(self._model.ids):
                row = self._model.row(position)
                if row is not None:
                    self._large.get(row.sample)

    def _arrived(self, keys: Iterable[object]) -> None:
        row = self.row
        if row is not None and row.sample.id in keys and not self._pane.canvas.complete:
            self._show(row)

    def _show_details(self) -> None:
        row = self.row
        if row is None:
            self._pane.details.show_sample(None, (), None)
            return
        dataset = self._session.dataset
        sources = {source.id: source for source in dataset.sources()}
        history = dataset.history(row.sample.id)
        self._pane.details.show_sample(row.sample, history, sources.get(row.sample.source))

    def _show_faces(self, wanted: bool) -> None:
        row = self.row
        if not wanted or row is None:
            self._faces.forget()
            self._pane.canvas.show_faces(None)
            return
        stored = self._session.dataset.faces([row.sample.id]).get(row.sample.id)
        self._pane.canvas.show_faces(stored or ())
        if stored is None:
            self._faces.find(row.sample, self._show_found)

    def _show_found(self, sample: int, faces: tuple[StoredFace, ...]) -> None:
        row = self.row
        if row is not None and row.sample.id == sample and self._pane.faces.isChecked():
            self._pane.canvas.show_faces(faces)

    def _correct(self, faces: tuple[StoredFace, ...]) -> None:
        row = self.row
        if row is not None:
            self._labelling.write(lambda dataset: dataset.correct_faces(row.sample.id, faces))
