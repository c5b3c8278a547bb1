"""The cache of activations: right rows, computed once, whatever is killed, evicted or damaged."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceapp.errors import Cancelled
from faceapp.faces import Preprocessing
from faceapp.jobs import Job, Progress
from faceapp.networks.activations import (
    MIRROR,
    PLAIN,
    ActivationCache,
    ActivationsUnwritable,
    FeatureExtractor,
    Features,
    FeatureSpec,
    Item,
    View,
)
from faceapp.networks.backbones import TrunkSpec, trunk
from faceapp.networks.shelf import open_shelf
from faceapp.networks.weights import Weights

SPEC = FeatureSpec(TrunkSpec(size=32, cut="block5_pool"), "0" * 64, Preprocessing(size=32))
WIDTH = SPEC.trunk.width


def crop_of(sample: int) -> np.ndarray:
    return np.random.default_rng(sample).integers(0, 256, (32, 32, 3), np.uint8)


def items(*samples: int) -> list[Item]:
    return [Item(sample, f"content {sample}") for sample in samples]


class Camera:
    """Hands out crops, and remembers of which samples."""

    def __init__(self, without: Sequence[int] = ()) -> None:
        self.asked: list[int] = []
        self.without = without

    def __call__(self, ids: Sequence[int]) -> Iterator[tuple[int, np.ndarray]]:
        for sample in ids:
            self.asked.append(sample)
            if sample not in self.without:
                yield sample, crop_of(sample)


class Base:
    """Stands for a network: features that tell every crop apart."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        self.seen += len(crops)
        return crops.reshape(len(crops), -1)[:, :WIDTH].astype(np.float32)


def wanted(*samples: int, mirrored: bool = False) -> np.ndarray:
    crops = np.stack([crop_of(sample) for sample in samples])
    return Base()(crops[:, :, ::-1] if mirrored else crops)


@pytest.fixture
def cache(tmp_path: Path) -> ActivationCache:
    return ActivationCache(tmp_path / "activations")


def get(
    cache: ActivationCache,
    wanted: Sequence[Item],
    *,
    views: Sequence[View] = (PLAIN,),
    spec: FeatureSpec = SPEC,
    camera: Camera | None = None,
    base: Base | None = None,
    job: Job = Job(),
) -> Features:
    camera, base = camera or Camera(), base or Base()
    return cache.features(spec, wanted, views=views, crops=camera, extract=base, job=job)


def test_rows_are_those_of_the_items_in_their_order(cache: ActivationCache) -> None:
    found = get(cache, items(3, 1, 2))
    assert found.ids == (3, 1, 2)
    np.testing.assert_array_equal(found.views[0], wanted(3, 1, 2))
    assert found.views[0].dtype == np.float16
    again = get(cache, items(2, 3))
    np.testing.assert_array_equal(again.views[0], wanted(2, 3))


def test_what_is_there_is_not_computed_again(cache: ActivationCache, tmp_path: Path) -> None:
    get(cache, items(1, 2, 3))
    camera, base = Camera(), Base()
    later = ActivationCache(tmp_path / "activations")
    found = get(later, items(1, 4, 3), camera=camera, base=base)
    assert (camera.asked, base.seen) == ([4], 1)
    np.testing.assert_array_equal(found.views[0], wanted(1, 4, 3))


def test_an_image_is_opened_once_for_all_views(cache: ActivationCache) -> None:
    get(cache, items(1))
    camera, base = Camera(), Base()
    found = get(cache, items(1, 2), views=(PLAIN, MIRROR), camera=camera, base=base)
    assert camera.asked == [1, 2]
    assert base.seen == 3  # the plain view of sample 1 was there
    np.testing.assert_array_equal(found.views[0], wanted(1, 2))
    np.testing.assert_array_equal(found.views[1], wanted(1, 2, mirrored=True))


def test_a_view_changes_the_crop_by_the_content_alone(cache: ActivationCache) -> None:
    def darker(crop: np.ndarray, content: str) -> np.ndarray:
        return crop // np.uint8(2 if content == "content 1" else 4)

    found = get(cache, items(1, 2), views=(View("darker", darker),))
    rows = np.stack([crop_of(1) // 2, crop_of(2) // 4])
    np.testing.assert_array_equal(found.views[0], Base()(rows))


def test_byte_identical_images_are_computed_once(cache: ActivationCache) -> None:
    base = Base()
    found = get(cache, [Item(5, "same"), Item(6, "same")], base=base)
    assert base.seen == 1
    np.testing.assert_array_equal(found.views[0], wanted(5, 5))


def test_samples_without_a_crop_are_left_out(cache: ActivationCache) -> None:
    found = get(cache, items(1, 2, 3), views=(PLAIN, MIRROR), camera=Camera(without=[2]))
    assert found.ids == (1, 3)
    np.testing.assert_array_equal(found.views[1], wanted(1, 3, mirrored=True))


def test_no_items_give_no_rows(cache: ActivationCache) -> None:
    found = get(cache, [])
    assert (found.ids, found.views[0].shape) == ((), (0, WIDTH))


def test_rows_that_lie_in_order_are_mapped_not_copied(cache: ActivationCache) -> None:
    get(cache, items(*range(40)))
    found = get(cache, items(*range(5, 30))).views[0]
    assert isinstance(found, np.memmap)
    assert not found.flags.writeable
    np.testing.assert_array_equal(found, wanted(*range(5, 30)))


def test_values_beyond_float16_are_cut_to_its_range(cache: ActivationCache) -> None:
    def huge(crops: np.ndarray) -> np.ndarray:
        return np.full((len(crops), WIDTH), 1e9, np.float32)

    found = cache.features(SPEC, items(1), views=[PLAIN], crops=Camera(), extract=huge)
    np.testing.assert_array_equal(found.views[0], 65504)


@pytest.mark.parametrize(
    "other",
    [
        replace(SPEC, weights_digest="1" * 64),
        replace(SPEC, trunk=replace(SPEC.trunk, grey=True)),
        replace(SPEC, trunk=replace(SPEC.trunk, normalisation="raw")),
        replace(SPEC, trunk=replace(SPEC.trunk, cut="block4_pool", pool="mean2")),
        replace(SPEC, trunk=replace(SPEC.trunk, backbone="vgg19")),
        replace(SPEC, preprocessing=replace(SPEC.preprocessing, scale=1.7)),
        replace(SPEC, preprocessing=replace(SPEC.preprocessing, alignment="whole")),
    ],
)
def test_everything_that_matters_is_in_the_key(other: FeatureSpec) -> None:
    keys = {spec.key(view) for spec in (SPEC, other) for view in (PLAIN, MIRROR, View("a"))}
    assert len(keys) == 6


def test_crops_of_another_size_than_the_trunk_are_our_mistake() -> None:
    with pytest.raises(ValueError, match="32"):
        replace(SPEC, preprocessing=Preprocessing(size=64))


def test_cancelling_keeps_what_was_computed(cache: ActivationCache) -> None:
    seen: list[Progress] = []
    with pytest.raises(Cancelled):
        get(cache, items(*range(60)), job=Job(seen.append, lambda: len(seen) > 40))
    base = Base()
    found = get(cache, items(*range(60)), base=base)
    assert base.seen == 60 - 32
    np.testing.assert_array_equal(found.views[0], wanted(*range(60)))


@settings(max_examples=25)
@given(
    rounds=st.lists(
        st.tuples(
            st.lists(st.integers(0, 30), max_size=25),
            st.sampled_from([(PLAIN,), (MIRROR,), (PLAIN, MIRROR)]),
            st.sets(st.integers(0, 30), max_size=3),
            st.integers(0, 40),
        ),
        max_size=6,
    )
)
def test_any_sequence_of_requests_gives_right_rows(
    rounds: list, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = ActivationCache(tmp_path_factory.mktemp("any"), limit_bytes=WIDTH * 2 * 40)
    for samples, views, without, patience in rounds:
        seen: list[Progress] = []
        job = Job(seen.append, lambda seen=seen, patience=patience: len(seen) > patience)
        try:
            found = get(cache, items(*samples), views=views, camera=Camera(without), job=job)
        except Cancelled:
            continue
        assert set(samples) - without <= set(found.ids) <= set(samples)
        for view, rows in zip(views, found.views, strict=True):
            if found.ids:
                np.testing.assert_array_equal(rows, wanted(*found.ids, mirrored=view == MIRROR))


class TestRoom:
    """The bound on what the cache takes."""

    def folders(self, tmp_path: Path) -> set[str]:
        return {path.name for path in (tmp_path / "activations").iterdir() if path.is_dir()}

    def test_what_was_used_longest_ago_goes(self, tmp_path: Path) -> None:
        cache = ActivationCache(tmp_path / "activations", limit_bytes=WIDTH * 2 * 20)
        views = [View(name) for name in "abc"]
        for view in views[:2]:
            get(cache, items(*range(8)), views=[view])
            time.sleep(0.02)  # file times are this coarse
        get(cache, items(1), views=[views[0]])
        get(cache, items(*range(8)), views=[views[2]])
        assert self.folders(tmp_path) == {SPEC.key(views[0]), SPEC.key(views[2])}

    def test_what_is_in_use_stays(self, tmp_path: Path) -> None:
        root = tmp_path / "activations"
        cache = ActivationCache(root, limit_bytes=1)
        get(cache, items(1, 2), views=[PLAIN])
        with open_shelf(root, SPEC.key(PLAIN), WIDTH, "held") as shelf:
            get(cache, items(1, 2), views=[MIRROR])
            assert self.folders(tmp_path) == {SPEC.key(PLAIN), SPEC.key(MIRROR)}
            np.testing.assert_array_equal(shelf.rows(["content 2"]), wanted(2))
        get(cache, items(1, 2), views=[View("third")])
        assert self.folders(tmp_path) == {SPEC.key(View("third"))}

    def test_rows_outlive_their_eviction(self, tmp_path: Path) -> None:
        cache = ActivationCache(tmp_path / "activations", limit_bytes=1)
        found = get(cache, items(1, 2)).views[0]
        get(cache, items(3, 4), views=[MIRROR])
        get(cache, items(5, 6))
        np.testing.assert_array_equal(found, wanted(1, 2))


class TestDamage:
    """Files that were cut, overwritten or lost."""

    @pytest.fixture
    def folder(self, cache: ActivationCache, tmp_path: Path) -> Path:
        get(cache, items(*range(10)))
        return tmp_path / "activations" / SPEC.key(PLAIN)

    def check(self, cache: ActivationCache, computed: int) -> None:
        base = Base()
        found = get(cache, items(*range(10)), base=base)
        assert base.seen == computed
        np.testing.assert_array_equal(found.views[0], wanted(*range(10)))

    def test_rows_cut_off_are_computed_again(self, cache: ActivationCache, folder: Path) -> None:
        rows = folder / "rows.f16"
        rows.write_bytes(rows.read_bytes()[: WIDTH * 2 * 6 + 100])
        self.check(cache, computed=4)

    def test_lost_rows_are_computed_again(self, cache: ActivationCache, folder: Path) -> None:
        (folder / "rows.f16").unlink()
        self.check(cache, computed=10)

    def test_bytes_that_no_index_knows_are_written_over(
        self, cache: ActivationCache, folder: Path
    ) -> None:
        with (folder / "rows.f16").open("ab") as file:
            file.write(b"\x3c" * (WIDTH * 3))
        found = get(cache, items(*range(12)))
        np.testing.assert_array_equal(found.views[0], wanted(*range(12)))

    @pytest.mark.parametrize("start", [0, 100, 4096])
    def test_a_damaged_index_starts_anew(
        self, cache: ActivationCache, folder: Path, start: int
    ) -> None:
        index = bytearray((folder / "index.sqlite").read_bytes())
        index[start : start + 300] = b"\xa5" * 300
        (folder / "index.sqlite").write_bytes(index)
        self.check(cache, computed=10)

    def test_an_index_without_its_table_starts_anew(
        self, cache: ActivationCache, folder: Path
    ) -> None:
        with sqlite3.connect(folder / "index.sqlite") as index:
            index.execute("DROP TABLE rows")
        index.close()
        self.check(cache, computed=10)

    def test_a_folder_that_cannot_be_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ActivationsUnwritable, match="cannot be kept"):
            get(ActivationCache(tmp_path / "file"), items(1))


WORKER = """
import os, sys
from pathlib import Path
import numpy as np
sys.path.insert(0, {tests!r})
from networks.test_activations import SPEC, Base, Camera, items, wanted
from faceapp.networks.activations import PLAIN, MIRROR, ActivationCache
print("ready", flush=True)
first, last = int(sys.argv[2]), int(sys.argv[3])
samples = range(first, last)
cache = ActivationCache(Path(sys.argv[1]))
found = cache.features(
    SPEC, items(*samples), views=[PLAIN, MIRROR], crops=Camera(), extract=Base()
)
np.testing.assert_array_equal(found.views[0], wanted(*samples))
np.testing.assert_array_equal(found.views[1], wanted(*samples, mirrored=True))
"""


def worker(folder: Path, first: int, last: int) -> subprocess.Popen[str]:
    code = WORKER.format(tests=str(Path(__file__).parent.parent))
    command = [sys.executable, "-c", code, str(folder), str(first), str(last)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_two_processes_fill_one_folder(tmp_path: Path) -> None:
    with worker(tmp_path, 0, 300) as one, worker(tmp_path, 150, 450) as two:
        for process in (one, two):
            _, errors = process.communicate()
            assert process.returncode == 0, errors
    base = Base()
    found = get(ActivationCache(tmp_path), items(*range(450)), base=base)
    assert base.seen == 0
    np.testing.assert_array_equal(found.views[0], wanted(*range(450)))


def test_a_kill_at_any_moment_leaves_a_valid_cache(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = tmp_path / SPEC.key(PLAIN) / "rows.f16"
    done = 0
    for _ in range(6):
        with worker(tmp_path, 0, 4000) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            # Killed when some more bytes have come: an amount is waited for, not a time.
            more = rng.integers(1, 200) * WIDTH * 2
            while process.poll() is None:
                if rows.exists() and rows.stat().st_size >= done + more:
                    process.kill()
        done = rows.stat().st_size
        found = get(ActivationCache(tmp_path), items(*range(0, 4000, 500)))
        np.testing.assert_array_equal(found.views[0], wanted(*range(0, 4000, 500)))


def test_the_extractor_gives_what_keras_gives(some_weights: Weights, tmp_path: Path) -> None:
    spec = TrunkSpec(size=64, cut="block3_pool", pool="mean2")
    extract = FeatureExtractor(spec, some_weights, threads=1)
    crops = {n: np.random.default_rng(n).integers(0, 256, (64, 64, 3), np.uint8) for n in range(3)}
    found = ActivationCache(tmp_path).features(
        extract.features_of(Preprocessing(size=64)),
        items(0, 1, 2),
        views=[PLAIN, MIRROR],
        crops=lambda ids: ((n, crops[n]) for n in ids),
        extract=extract,
    )
    images = np.stack(list(crops.values())).astype(np.float32)
    model = trunk(spec, some_weights)
    np.testing.assert_allclose(found.views[0], model(images), rtol=2e-3, atol=0.1)
    np.testing.assert_allclose(found.views[1], model(images[:, :, ::-1]), rtol=2e-3, atol=0.1)


def test_what_is_kept_is_told_the_kind_used_last_first(cache: ActivationCache) -> None:
    other = replace(SPEC, weights_digest="1" * 64)
    assert cache.kept(PLAIN) == []
    assert cache.there(SPEC, PLAIN, items(1, 2)) == set()
    for spec in (SPEC, other):
        cache.features(
            spec, items(1, 2), views=[PLAIN, MIRROR], crops=Camera(without=[2]), extract=Base()
        )
    assert cache.kept(PLAIN) == [other, SPEC]
    assert cache.there(SPEC, PLAIN, items(1, 2, 3)) == {1}
    assert cache.kept(PLAIN) == [other, SPEC]  # looking is not using
    cache.features(SPEC, items(1), views=[PLAIN], crops=Camera(), extract=Base())
    assert cache.kept(PLAIN) == [SPEC, other]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"trunk": {"colour": 1}, "view": "plain"}'])
def test_a_kind_that_cannot_be_read_is_passed_over(
    cache: ActivationCache, tmp_path: Path, text: str
) -> None:
    cache.features(SPEC, items(1), views=[PLAIN], crops=Camera(), extract=Base())
    (spec,) = (tmp_path / "activations").glob("*/spec.json")
    spec.write_text(text, encoding="utf-8")
    assert cache.kept(PLAIN) == []


@given(st.lists(st.integers(0, 30), max_size=12), st.lists(st.integers(0, 30), max_size=30))
def test_scanning_gives_every_row_that_is_there(kept: list[int], asked: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = ActivationCache(Path(folder))
        cache.features(SPEC, items(*kept), views=[PLAIN], crops=Camera(), extract=Base())
        twins = [Item(1000 + number, f"content {each}") for number, each in enumerate(asked)]
        found: dict[int, np.ndarray] = {}
        for ids, rows in cache.scan(SPEC, PLAIN, twins, 4):
            found.update(zip(ids, rows, strict=True))
        expected = {item.id for item, each in zip(twins, asked, strict=True) if each in kept}
        assert set(found) == expected
        for each, row in found.items():
            assert row == pytest.approx(wanted(asked[each - 1000])[0])
