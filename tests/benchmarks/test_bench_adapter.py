"""The benchmark of the adapter runs, and asks the joined head as a saved model would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import bench_adapter
from benchmarks.drawn import faces_folder
from faceapp.networks.adapters import Adapter
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.crossing import Crossed
from faceapp.training.heads import FittedHead, HeadData, Looks


def test_every_view_is_asked_and_the_mean_taken() -> None:
    random = np.random.default_rng(0)
    views = tuple(random.normal(size=(5, 12)).astype(np.float16) for _ in range(2))
    adapter = Adapter(np.eye(3, 2, dtype=np.float32), np.zeros(2, np.float32))
    head = FittedHead(random.normal(size=(12 + 8, 2)).astype(np.float32), np.ones(2), (), 0)
    nobody, none = np.zeros((0, 12), np.float16), np.zeros(0, np.int64)
    data = HeadData((views[0],), none, nobody, none, 2, looks=Looks(views, ((2, 2, 3),)))
    found = bench_adapter.answered(Crossed(head, np.zeros((0, 2)), none, adapter), data)
    wanted = np.zeros((5, 2))
    for view in views:
        maps = view.astype(np.float64).reshape(5, 4, 3)
        made = np.maximum(maps[:, :, :2], 0).reshape(5, 8)
        wanted += np.concatenate([view, made], axis=1) @ head.kernel + 1
    np.testing.assert_allclose(found, wanted / 2, rtol=1e-3, atol=1e-3)


@pytest.mark.slow
def test_it_prints_a_row_a_level(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    few = ["--seeds", "0", "--task", "sex", "--levels", "0", "1", "--set", "size=64"]
    bench_adapter.main([str(faces_folder(tmp_path, 24)), *few])
    rows = [row.split(" | ") for row in capsys.readouterr().out.splitlines()[2:]]
    assert [row[:3] for row in rows] == [["| sex", "0", "0"], ["| sex", "0", "1"]]
    assert all(float(row[3].split()[0]) > 55 for row in rows)
