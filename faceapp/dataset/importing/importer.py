"""Bringing a source into a dataset, batch by batch, so that stopping or dying loses little."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from faceapp.dataset.importing.entries import Arrangement, Entry, SourceKey
from faceapp.dataset.importing.identity import KnownSample, KnownSamples
from faceapp.dataset.importing.labelling import LabelWriter
from faceapp.dataset.importing.layouts import layout_of
from faceapp.dataset.importing.planning import classes_by_task, files_of, tasks_missing
from faceapp.dataset.importing.storing import Loaded, Loader, prepare_incoming
from faceapp.dataset.importing.values import ImportOptions, ImportReport, Refused
from faceapp.dataset.importing.walking import SourceFiles, storable
from faceapp.dataset.importing.wording import Wording
from faceapp.dataset.model import NewSample, Query
from faceapp.dataset.store import Dataset
from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.words import Words, counted

BATCH = 64
_THREADS = 2
_WHAT = Words("Importing images")


def import_images(
    dataset: Dataset,
    source: Path,
    options: ImportOptions = ImportOptions(),
    job: Job = Job(),
) -> ImportReport:
    """Bring the images of a folder into a dataset, with what a CSV or its folders say of them.

    What is there already is not added again, so an import that was stopped is simply repeated.
    Everything is one step to undo. A file that cannot be taken is listed, and never stops the rest.

    Args:
        dataset: where the images go.
        source: the folder that holds the images.
        options: how it is to be understood.
        job: reports progress, and may cancel between files; what is done stays.

    Raises:
        ImportRefused: the source cannot be understood; the message says what to change.
        DatasetError: the dataset cannot be written.
        Cancelled: the person stopped it.

    """
    files = files_of(source, dataset, job)
    arrangement = layout_of(files, options).arrange(files, options)
    folder = storable(files.folder.name)
    with dataset.action(Words("Import {folder}", folder=folder)) as action:
        report = _Import(dataset, files, arrangement, options, job).run()
        dataset.rename_action(action, _name(report, folder))
    return replace(report, what=action.what)


def _name(report: ImportReport, folder: str) -> Words:
    """What undo would take back: the samples, or the labels where no sample is new."""
    if report.added or not report.labelled:
        one = Words("Import {number} sample from {folder}")
        many = Words("Import {number:,} samples from {folder}")
        return counted(report.added, one, many, folder=folder)
    one = Words("Import {number} label from {folder}")
    many = Words("Import {number:,} labels from {folder}")
    return counted(report.labelled, one, many, folder=folder)


class _Import:
    """One import under way."""

    def __init__(
        self,
        dataset: Dataset,
        files: SourceFiles,
        arrangement: Arrangement,
        options: ImportOptions,
        job: Job,
    ) -> None:
        self._dataset = dataset
        self._entries = arrangement.entries
        self._job = job
        self._own_source = _source_key(files.folder, arrangement, options)
        self._sources: dict[str, int] = {}
        self._wording = Wording(classes_by_task(arrangement, dataset))
        self._known = KnownSamples(
            dataset.samples(Query(quarantined=None)), (entry.name for entry in self._entries)
        )
        incoming = dataset.cache / "incoming"
        prepare_incoming(incoming)
        self._loader = Loader(dataset.folder, incoming, options.in_place, self._known.has)
        for task, classes in tasks_missing(arrangement, dataset).items():
            dataset.add_task(task, classes)
        self._labels = LabelWriter(dataset, arrangement.tasks, self._wording)
        self._refused: list[Refused] = []
        self._refuse([*files.refused, *arrangement.refused])
        self._numbers = Counter[str]()

    def run(self) -> ImportReport:
        total = len(self._entries)
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="import") as pool:
            for start in range(0, total, BATCH):
                self._take(pool, start, self._entries[start : start + BATCH])
        self._job.step(_WHAT, total, total)
        return ImportReport(
            added=self._numbers["added"],
            known=self._numbers["known"],
            labelled=self._numbers["labelled"],
            refused=tuple(self._refused),
            unknown_labels=self._wording.unknown(self._entries),
        )

    def _take(self, pool: ThreadPoolExecutor, start: int, batch: Sequence[Entry]) -> None:
        """Read a batch and write it down; when the person stops, what was read by then."""
        loaded: list[Loaded] = []
        try:
            for result in pool.map(self._loader.load, batch):
                loaded.append(result)
                self._job.step(_WHAT, start + len(loaded), len(self._entries))
        except Cancelled:
            self._write(loaded)
            raise
        self._write(loaded)

    def _write(self, loaded: Sequence[Loaded]) -> None:
        """Write a batch down whole, or nothing of it."""
        with self._dataset.together():
            self._refuse(
                [Refused(each.entry.file.name, each.refusal) for each in loaded if each.refusal]
            )
            self._write_taken([each for each in loaded if each.sha256])

    def _write_taken(self, taken: Sequence[Loaded]) -> None:
        matches = [(self._known.find(each.entry.name, each.sha256), each) for each in taken]
        known = [(sample, each.entry) for sample, each in matches if sample is not None]
        self._give_groups(known)
        pairs = [(sample.id, entry) for sample, entry in known]
        new = self._add([each for sample, each in matches if sample is None])
        self._numbers["known"] += len(pairs)
        self._numbers["added"] += len(new)
        labelled = self._labels.add(pairs + new)
        if labelled:
            self._source(self._own_source)  # known samples have another source: name this one too
        self._numbers["labelled"] += labelled

    def _refuse(self, refused: Sequence[Refused]) -> None:
        if refused:
            source = self._source(self._own_source)
            self._dataset.record_refusals(source, ((each.file, each.reason) for each in refused))
            self._refused += refused

    def _give_groups(self, known: Sequence[tuple[KnownSample, Entry]]) -> None:
        """Say who is shown, where the dataset did not know."""
        groups = {
            sample.id: entry.group
            for sample, entry in known
            if sample.group is None and entry.group is not None
        }
        if groups:
            self._dataset.set_groups(groups)

    def _add(self, loaded: Sequence[Loaded]) -> list[tuple[int, Entry]]:
        by_source: dict[int, list[Loaded]] = defaultdict(list)
        for each in loaded:
            by_source[self._source(each.entry.source or self._own_source)].append(each)
        added: list[tuple[int, Entry]] = []
        set_aside: dict[str, list[int]] = defaultdict(list)
        for source, some in by_source.items():
            ids, _ = self._dataset.add_samples(source, [_new_sample(each) for each in some])
            for sample, each in zip(ids, some, strict=True):
                entry = each.entry
                self._known.add(each.sha256, KnownSample(sample, entry.name, entry.group))
                added.append((sample, entry))
                if entry.quarantined is not None:
                    set_aside[entry.quarantined].append(sample)
        for reason, ids in set_aside.items():
            self._dataset.quarantine(ids, reason)
        return added

    def _source(self, key: SourceKey) -> int:
        text = json.dumps([key.kind, key.location, key.details], sort_keys=True)
        if text not in self._sources:
            self._sources[text] = self._dataset.add_source(key.kind, key.location, key.details).id
        return self._sources[text]


def _new_sample(loaded: Loaded) -> NewSample:
    entry, picture = loaded.entry, loaded.picture
    assert picture is not None  # only what is known already goes undecoded
    return NewSample(
        name=entry.name,
        path=picture.path,
        sha256=loaded.sha256,
        phash=picture.phash,
        width=picture.width,
        height=picture.height,
        format=picture.format,
        group=entry.group,
        provenance=entry.provenance,
    )


def _source_key(folder: Path, arrangement: Arrangement, options: ImportOptions) -> SourceKey:
    details = dict(arrangement.details)
    if options.group_pattern is not None:
        details["group_pattern"] = options.group_pattern
    kind = options.source_kind or arrangement.kind
    return SourceKey(kind, storable(str(folder)), details)
