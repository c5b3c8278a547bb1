"""Activations of frozen bases, computed once a view and kept on disk for every later training."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.faces import Preprocessing, mirror
from faceapp.inference import Network
from faceapp.jobs import Job
from faceapp.networks.backbones import IMAGE, TrunkSpec, feature_digest, trunk
from faceapp.networks.frameworks import building, convert
from faceapp.networks.shelf import (
    ActivationsUnwritable,
    Rows,
    Shelf,
    drop_shelf,
    open_shelf,
    shelf_contents,
    shelf_sizes,
    shelf_spec,
)
from faceapp.networks.weights import Weights
from faceapp.words import Words

__all__ = [
    "DEFAULT_LIMIT_BYTES",
    "MIRROR",
    "PLAIN",
    "ActivationCache",
    "ActivationsUnwritable",
    "FeatureExtractor",
    "FeatureRows",
    "FeatureSpec",
    "Features",
    "Item",
    "View",
]

DEFAULT_LIMIT_BYTES = 4 * 1024**3
BATCH = 16

Crop = NDArray[np.uint8]
CropSource = Callable[[Sequence[int]], Iterator[tuple[int, Crop]]]
Extract = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True)
class View:
    """One way to look at a crop.

    `change` makes it of the crop (S, S, 3) uint8 and the item's content key, without any other
    influence; None is the crop itself. `key` is a stable text that tells views, with all their
    settings, apart.
    """

    key: str
    change: Callable[[Crop, str], Crop] | None = field(default=None, compare=False)

    def of(self, crop: Crop, content: str) -> Crop:
        """The view of one crop."""
        return crop if self.change is None else self.change(crop, content)


def _mirrored(crop: Crop, _content: str) -> Crop:
    return mirror(crop)


PLAIN = View("plain")
MIRROR = View("mirror", _mirrored)


@dataclass(frozen=True)
class Item:
    """One sample, and a text that changes with everything that changes its crop."""

    id: int
    content: str


@dataclass(frozen=True)
class FeatureSpec:
    """Which features: of what base, by what weights (`feature_digest`), of what crops."""

    trunk: TrunkSpec
    weights_digest: str
    preprocessing: Preprocessing

    def __post_init__(self) -> None:
        if self.trunk.size != self.preprocessing.size:
            raise ValueError(f"trunk of {self.trunk.size}, crops of {self.preprocessing.size} px")

    def describe(self, view: View) -> str:
        """All of it as JSON; the same features, the same text."""
        described = {
            "trunk": self.trunk.to_json(),
            "weights": self.weights_digest,
            "preprocessing": self.preprocessing.to_json(),
            "view": view.key,
        }
        return json.dumps(described, indent=1, sort_keys=True)

    @classmethod
    def from_description(cls, text: str) -> tuple[FeatureSpec, str] | None:
        """The features and the view's key that `describe` wrote; None for any other text."""
        try:
            described = json.loads(text)
            preprocessing = Preprocessing.from_json(described["preprocessing"])
            spec = cls(TrunkSpec(**described["trunk"]), described["weights"], preprocessing)
            return spec, described["view"]
        except (ValueError, LookupError, TypeError, WorldError):  # another version's, or damaged
            return None

    def key(self, view: View) -> str:
        """Name of the folder of these features."""
        return hashlib.sha256(self.describe(view).encode()).hexdigest()[:32]


class FeatureExtractor:
    """The frozen base run through OpenVINO; built, which loads TensorFlow, at the first crop.

    Args:
        spec: which features.
        weights: of the spec's backbone.
        threads: processor threads to use; 0 lets OpenVINO choose.

    """

    def __init__(self, spec: TrunkSpec, weights: Weights, threads: int = 0) -> None:
        self.spec = spec
        self._weights = weights
        self._threads = threads

    def features_of(self, preprocessing: Preprocessing) -> FeatureSpec:
        """What names these features of such crops in the cache."""
        return FeatureSpec(self.spec, feature_digest(self._weights, self.spec), preprocessing)

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Features (N, width) of crops (N, size, size, 3) RGB 0..255."""
        if self.spec.cut == IMAGE:
            return crops.reshape(len(crops), -1).astype(np.float32)
        return self._network(crops.astype(np.float32))[0]

    @cached_property
    def _network(self) -> Network:
        with building:
            model = convert(trunk(self.spec, self._weights))
        return Network(model, threads=self._threads)


@dataclass(frozen=True, eq=False)
class Features:
    """Features of the samples that could be read: `views[v][n]` is that of `ids[n]`.

    Each view is a read-only float16 array (N, width), mapped from disk where it can be.
    """

    ids: tuple[int, ...]
    views: tuple[NDArray[np.float16], ...]


@dataclass(frozen=True, eq=False)
class FeatureRows:
    """As `Features`, but left on disk: `views[v]` gives rows when they are asked for."""

    ids: tuple[int, ...]
    views: tuple[Rows, ...]


class ActivationCache:
    """Features on disk, a folder for each spec and view, bounded in all.

    Args:
        folder: where they lie, made when first needed; `dataset.cache / "activations"`.
        limit_bytes: beyond it the folders used longest ago go. What is in use stays, so one
            training that needs more gets more, until the next.

    """

    def __init__(self, folder: Path, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit = limit_bytes

    def features(
        self,
        spec: FeatureSpec,
        items: Sequence[Item],
        *,
        views: Sequence[View],
        crops: CropSource,
        extract: Extract,
        job: Job = Job(),
    ) -> Features:
        """Features of `items` in all `views`; what is missing is computed and kept.

        `crops` is asked for the samples that lack a view, and each of its crops serves all
        views; an item that it gives no crop of is left out. What was computed before a
        cancellation is kept. Raises `ActivationsUnwritable`.
        """
        with self._filled(
            spec, items, views=views, crops=crops, extract=extract, job=job
        ) as shelves:
            whole, contents = _whole(shelves, items)
            return Features(whole, tuple(shelf.rows(contents) for shelf in shelves))

    def rows(
        self,
        spec: FeatureSpec,
        items: Sequence[Item],
        *,
        views: Sequence[View],
        crops: CropSource,
        extract: Extract,
        job: Job = Job(),
    ) -> FeatureRows:
        """As `features`, for whole maps: what is returned takes no memory until it is read."""
        with self._filled(
            spec, items, views=views, crops=crops, extract=extract, job=job
        ) as shelves:
            whole, contents = _whole(shelves, items)
            return FeatureRows(whole, tuple(shelf.table(contents) for shelf in shelves))

    def lacking(self, spec: FeatureSpec, items: Sequence[Item], views: Sequence[View]) -> int:
        """How many rows would have to be computed."""
        with ExitStack() as stack:
            shelves = {view: stack.enter_context(self._shelf(spec, view)) for view in views}
            return _Missing.of(shelves, items).rows

    @contextmanager
    def _filled(
        self,
        spec: FeatureSpec,
        items: Sequence[Item],
        *,
        views: Sequence[View],
        crops: CropSource,
        extract: Extract,
        job: Job,
    ) -> Iterator[list[Shelf]]:
        """The shelf of each view, holding all that could be computed."""
        with ExitStack() as stack:
            shelves = {view: stack.enter_context(self._shelf(spec, view)) for view in views}
            missing = _Missing.of(shelves, items)
            self._make_room(missing.rows * spec.trunk.width * np.dtype(np.float16).itemsize)
            _Filling(shelves, missing, extract).fill(crops, job)
            yield [shelves[view] for view in views]

    def kept(self, view: View) -> list[FeatureSpec]:
        """Every kind of features that is kept in this view, the one used last first."""
        found = []
        for key in reversed(shelf_sizes(self._folder)):
            described = FeatureSpec.from_description(shelf_spec(self._folder, key))
            if described is not None and described[1] == view.key:
                found.append(described[0])
        return found

    def there(self, spec: FeatureSpec, view: View, items: Sequence[Item]) -> set[int]:
        """Ids of the items that have features of that kind; looking is not using."""
        known = shelf_contents(self._folder, spec.key(view))
        return {item.id for item in items if item.content in known}

    def scan(
        self, spec: FeatureSpec, view: View, items: Sequence[Item], count: int
    ) -> Iterator[tuple[tuple[int, ...], NDArray[np.float16]]]:
        """Features of those items that have them as (ids, (n, width)), about `count` at a time.

        They come in the order in which they lie on disk, not in that of the items.
        """
        alike: dict[str, list[int]] = {}
        for item in items:
            alike.setdefault(item.content, []).append(item.id)
        with self._shelf(spec, view) as shelf:
            for contents, rows in shelf.scan(alike, count):
                number = [len(alike[content]) for content in contents]
                ids = tuple(each for content in contents for each in alike[content])
                yield ids, rows if len(ids) == len(rows) else np.repeat(rows, number, axis=0)

    def _shelf(self, spec: FeatureSpec, view: View) -> AbstractContextManager[Shelf]:
        described = spec.describe(view)
        return open_shelf(self._folder, spec.key(view), spec.trunk.width, described)

    def _make_room(self, needed: int) -> None:
        """Evict what was used longest ago until the needed bytes fit under the limit."""
        sizes = shelf_sizes(self._folder)
        total = sum(sizes.values()) + needed
        for key, size in sizes.items():
            if total <= self._limit:
                return
            if drop_shelf(self._folder, key):
                total -= size


@dataclass(frozen=True)
class _Missing:
    """What shelves lack: one item for each content without some view, and the rows in all.

    `known` are the contents that each view has.
    """

    items: tuple[Item, ...]
    rows: int
    known: Mapping[View, frozenset[str]]

    @classmethod
    def of(cls, shelves: Mapping[View, Shelf], items: Sequence[Item]) -> _Missing:
        known = {view: frozenset(shelf.row_numbers()) for view, shelf in shelves.items()}
        missing: dict[str, Item] = {}
        rows = 0
        for item in items:
            lacking = sum(item.content not in contents for contents in known.values())
            if lacking and item.content not in missing:
                missing[item.content] = item
                rows += lacking
        return cls(tuple(missing.values()), rows, known)


class _Filling:
    """The work of adding what shelves lack, a batch at a time."""

    def __init__(self, shelves: Mapping[View, Shelf], missing: _Missing, extract: Extract) -> None:
        self._shelves, self._missing, self._extract = shelves, missing, extract
        self._waiting: list[tuple[View, str, Crop]] = []

    def fill(self, crops: CropSource, job: Job) -> None:
        missing = self._missing.items
        contents = {item.id: item.content for item in missing}
        for done, (sample, crop) in enumerate(crops(list(contents))):
            job.step(Words("Computing features"), done, len(missing))
            content = contents[sample]
            for view, known in self._missing.known.items():
                if content not in known:
                    self._waiting.append((view, content, view.of(crop, content)))
            if len(self._waiting) >= BATCH:
                self._flush()
        self._flush()
        job.step(Words("Computing features"), len(missing), len(missing))

    def _flush(self) -> None:
        if not self._waiting:
            return
        features = self._extract(np.stack([crop for _, _, crop in self._waiting]))
        found: dict[View, dict[str, NDArray[np.float32]]] = {view: {} for view in self._shelves}
        for (view, content, _), row in zip(self._waiting, features, strict=True):
            found[view][content] = row
        self._waiting.clear()
        for view, rows in found.items():
            self._shelves[view].append(rows)


def _whole(shelves: Sequence[Shelf], items: Sequence[Item]) -> tuple[tuple[int, ...], list[str]]:
    """Ids and contents of the items that have all views."""
    known = [shelf.row_numbers() for shelf in shelves]
    whole = [item for item in items if all(item.content in rows for rows in known)]
    return tuple(item.id for item in whole), [item.content for item in whole]
