from __future__ import annotations

import numpy as np

from faceapp.training.augmentation import Augmentation

CROP = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def test_a_view_is_the_same_for_the_same_sample_and_number() -> None:
    view = Augmentation().view
    np.testing.assert_array_equal(
        view(CROP, sample="a", number=1), view(CROP, sample="a", number=1)
    )
    assert (view(CROP, sample="a", number=1) != view(CROP, sample="a", number=2)).any()
    assert (view(CROP, sample="a", number=1) != view(CROP, sample="b", number=1)).any()


def test_without_any_strength_a_view_is_its_crop() -> None:
    still = Augmentation(0, 0, 0, 0, 0, mirror=False)
    np.testing.assert_array_equal(still.view(CROP, sample="a", number=0), CROP)


def test_about_half_the_views_are_mirrored() -> None:
    ramp = np.broadcast_to(np.arange(64, dtype=np.uint8)[None, :, None] * 3, (64, 64, 3)).copy()
    views = [Augmentation().view(ramp, sample=str(i), number=0) for i in range(100)]
    mirrored = sum(bool(v[32, 10, 0] > v[32, 50, 0]) for v in views)
    assert 30 < mirrored < 70


def test_another_strength_has_another_key() -> None:
    assert Augmentation().key != Augmentation(rotation=5).key
