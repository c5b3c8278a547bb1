"""A map of how samples look: each a point in the plane, near those that the network sees alike."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset import Dataset, Query
from faceapp.jobs import Job
from faceapp.training.likeness import Looks, Vectors, sketches
from faceapp.words import Words

Points = NDArray[np.float64]

_NAME, _VERSION = "atlas.npz", 1
# So many samples are laid out by t-SNE, whose cost is known then; the rest stand beside them.
_LANDMARKS = 2000
_NEAREST = 5
_DIRECTIONS = 32
_PERPLEXITY = 30.0
_FEWEST = 10  # samples: fewer are laid out by their two main directions
_ROWS = 1024
_COMPUTED, _READ = 0.7, 0.8  # shares of the whole that end with these steps


def atlas(dataset: Dataset, job: Job = Job()) -> tuple[tuple[int, ...], Points]:
    """Ids of the samples outside quarantine and their places in 0..1, (N, 2); kept in the cache.

    Activations of a frozen network are shortened (`sketches`) and laid out by t-SNE (van der
    Maaten & Hinton, "Visualizing Data using t-SNE", JMLR 2008) from their main directions on. Of
    more than 2,000 samples some are laid out, and each other stands at the middle of the five that
    it is most like. Samples that cannot be read are left out.

    Raises:
        WeightsMissing: activations must be computed and there are no weights.
        Cancelled: the person stopped it; activations that were computed are kept.

    """
    looks = Looks(dataset, dataset.sample_ids(Query(quarantined=False)))
    looks.complete(job.part(0, _COMPUTED))
    ids, vectors = sketches(looks, job.part(_COMPUTED, _READ))
    order = np.argsort(ids)
    ids, vectors = tuple(ids[each] for each in order), vectors[order]
    key = hashlib.sha256(repr((_VERSION, ids)).encode() + vectors.tobytes()).hexdigest()
    kept = _kept(dataset.cache / _NAME, key)
    if kept is not None:
        return ids, kept
    job.step(Words("Drawing the map"), _READ, 1)
    places = laid_out(vectors, job.part(_READ, 1))
    _keep(dataset.cache / _NAME, key, places)
    return ids, places


def laid_out(vectors: Vectors, job: Job = Job()) -> Points:
    """Places in 0..1 (N, 2) of vectors (N, W) of length 1; the same ones every time."""
    chosen = np.arange(len(vectors))
    if len(vectors) > _LANDMARKS:
        chosen = np.sort(np.random.default_rng(0).permutation(len(vectors))[:_LANDMARKS])
    job.step(Words("Drawing the map"), 0, 2)
    places = _plane(vectors[chosen])
    if len(chosen) < len(vectors):
        places = _beside(vectors, vectors[chosen], places, job)
    job.step(Words("Drawing the map"), 2, 2)
    if not len(places):
        return places
    low, high = places.min(0), places.max(0)
    reach = float(np.max(high - low)) or 1.0
    inside = np.clip((places - (low + high) / 2) / reach + 0.5, 0.0, 1.0)
    return np.asarray(inside, np.float64)


def _plane(vectors: Vectors) -> Points:
    centred = vectors - vectors.mean(0) if len(vectors) else vectors
    if len(vectors) < _FEWEST:
        return _main_directions(centred, 2) if len(vectors) else np.zeros((0, 2))
    from sklearn.manifold import TSNE

    perplexity = min(_PERPLEXITY, (len(vectors) - 1) / 3)
    drawn = TSNE(init="pca", perplexity=perplexity, max_iter=600, random_state=0, n_jobs=1)
    return np.asarray(drawn.fit_transform(_main_directions(centred, _DIRECTIONS)), np.float64)


def _main_directions(centred: Vectors, number: int) -> Points:
    """Along the main directions (N, number); zeros where there are fewer."""
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    along = centred @ directions[:number].T
    return np.pad(along.astype(np.float64), ((0, 0), (0, number - along.shape[1])))


def _beside(vectors: Vectors, landmarks: Vectors, places: Points, job: Job) -> Points:
    """Every vector at the middle of the landmarks that it is most like, the liker the nearer."""
    found = np.empty((len(vectors), 2))
    starts = range(0, len(vectors), _ROWS)
    for start in starts:
        job.step(Words("Drawing the map"), 1 + start / len(vectors), 2)
        cosines = vectors[start : start + _ROWS] @ landmarks.T
        nearest = np.argpartition(-cosines, _NEAREST, axis=1)[:, :_NEAREST]
        alike = np.take_along_axis(cosines, nearest, axis=1)
        apart = np.maximum(1.0 - alike, 1e-6)  # a landmark itself stays where it is
        weights = apart**-2
        weights /= weights.sum(1, keepdims=True)
        found[start : start + _ROWS] = (places[nearest] * weights[..., None]).sum(1)
    return found


def _kept(file: Path, key: str) -> Points | None:
    """The places that were kept under a key; None where there are none, or they are damaged."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            if str(kept["key"]) != key:
                return None
            return np.asarray(kept["places"], np.float64)
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _keep(file: Path, key: str, places: Points) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.part")
    with unfinished.open("wb") as target:
        np.savez(target, key=np.array(key), places=places)
    unfinished.replace(file)
