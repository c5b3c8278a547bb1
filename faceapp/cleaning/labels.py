"""Checks of labels: raters who contradict, classes that look wrong, faces far from every class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.cleaning.look import Look
from faceapp.cleaning.model import Check, Evidence, Measured
from faceapp.words import Words

WRONG = "wrong_label"
# Activations are brought to so many numbers, first at random, then along their main directions.
_PROJECTED, _DIRECTIONS = 256, 48
_CHUNK = 256
_SHRINKAGE = 0.05
_EVIDENCE_LEAST = 10  # samples: from fewer no spread can be told


def _raters(look: Look) -> list[Measured]:
    return [
        Measured(
            (sample,),
            answer.agreement,
            family=task,
            detail={"task": task, "raters": answer.raters},
        )
        for task, answers in look.answers.items()
        for sample, answer in answers.items()
        if answer.raters > 1
    ]


def _still_divided(measured: Sequence[Measured], look: Look) -> list[Measured]:
    """Samples that nobody has decided for all raters since."""
    answers = look.answers_now(measured)
    return [
        each
        for each in measured
        if (answer := answers[each.detail["task"]].get(each.samples[0])) is not None
        and answer.raters > 1
    ]


def self_confidence(evidence: Evidence) -> NDArray[np.float64]:
    """How likely each sample's present label is by the out-of-fold probabilities, 0..1, (N,)."""
    from cleanlab.rank import get_label_quality_scores

    scores = get_label_quality_scores(
        evidence.labels, evidence.probabilities, method="self_confidence"
    )
    return np.asarray(scores, dtype=np.float64)


def suspected(evidence: Evidence) -> NDArray[np.bool_]:
    """Which labels confident learning holds to be wrong, (N,).

    A sample is counted for the class whose own average confidence it reaches; it is suspected
    where that is not its label (Northcutt, Jiang & Chuang, "Confident Learning: Estimating
    Uncertainty in Dataset Labels", JAIR 2021), as cleanlab computes it.
    """
    from cleanlab.filter import find_label_issues

    mask = find_label_issues(
        evidence.labels, evidence.probabilities, filter_by="confident_learning", n_jobs=1
    )
    return np.asarray(mask, dtype=np.bool_)


def _wrong(look: Look) -> list[Measured]:
    """Suspected labels; their family says of which task and label, so that verdicts outlive it."""
    found = []
    for evidence in look.evidence:
        if len(np.unique(evidence.labels)) < 2:  # the rest may be in quarantine by now
            continue
        confidence = self_confidence(evidence)
        rows = np.flatnonzero(suspected(evidence)).tolist()
        found += [_doubt(evidence, row, float(confidence[row])) for row in rows]
    return found


def _doubt(evidence: Evidence, row: int, confidence: float) -> Measured:
    label = int(evidence.labels[row])
    order = np.argsort(-evidence.probabilities[row], kind="stable").tolist()
    others = [each for each in order if each != label]
    named = {
        evidence.classes[each]: round(float(evidence.probabilities[row, each]), 4)
        for each in others[:2]
    }
    best = next(iter(named))
    detail = {
        "task": evidence.task,
        "label": evidence.classes[label],
        "suggested": best,
        "confidence": named[best],
        "choices": named,
    }
    family = f"{evidence.task}:{evidence.classes[label]}"
    return Measured((evidence.ids[row],), confidence, family=family, detail=detail)


def _still_so_labelled(measured: Sequence[Measured], look: Look) -> list[Measured]:
    """Doubts about labels that are still those that were doubted."""
    answers = look.answers_now(measured)
    return [
        each
        for each in measured
        if (answer := answers[each.detail["task"]].get(each.samples[0])) is not None
        and answer.answer == each.detail["label"]
    ]


def _outliers(look: Look) -> list[Measured]:
    return [
        Measured((sample,), value, family=evidence.task, detail={"task": evidence.task})
        for evidence in look.evidence
        if len(evidence.ids) >= _EVIDENCE_LEAST
        for sample, value in zip(evidence.ids, distances(evidence).tolist(), strict=True)
    ]


def distances(evidence: Evidence) -> NDArray[np.float64]:
    """How far each sample lies from the class nearest to it; 1 is the middle of all, (N,).

    Mahalanobis distance with one covariance for all classes (Lee, Lee, Lee & Shin, "A Simple
    Unified Framework for Detecting Out-of-Distribution Samples", NeurIPS 2018), in the main
    directions of a random projection of the activations.
    """
    points = _main_directions(_projected(evidence.features))
    means = np.stack([points[evidence.labels == each].mean(0)
                      for each in np.unique(evidence.labels)])  # fmt: skip
    _, index = np.unique(evidence.labels, return_inverse=True)
    inside = points - means[index]
    spread = inside.T @ inside / len(points)
    spread += _SHRINKAGE * np.trace(spread) / len(spread) * np.eye(len(spread))
    # Whitened by the inverse root of the covariance, distances are plain ones.
    root = np.linalg.inv(np.linalg.cholesky(spread))
    apart = (points @ root.T)[:, None] - (means @ root.T)[None]
    nearest = np.sqrt((apart**2).sum(-1)).min(1)
    return np.asarray(nearest / (np.median(nearest) or 1.0), dtype=np.float64)


def _projected(features: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Features (N, D) times a random matrix that keeps distances (Johnson & Lindenstrauss)."""
    width = features.shape[1]
    if width <= _PROJECTED:
        return features.astype(np.float64)
    random = np.random.default_rng(0)
    matrix = random.standard_normal((width, _PROJECTED), dtype=np.float32)
    rows = range(0, len(features), _CHUNK)
    parts = [features[start : start + _CHUNK].astype(np.float32) @ matrix for start in rows]
    return np.asarray(np.concatenate(parts) / np.sqrt(_PROJECTED), dtype=np.float64)


def _main_directions(points: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = points - points.mean(0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ directions[:, ::-1][:, :_DIRECTIONS])


LABEL_CHECKS: Sequence[Check] = (
    Check(
        kind="contradicting_raters",
        title=Words("Raters contradict"),
        reason=Words("{value:.0%} of {raters} raters agree ({task})."),
        suggestion=Words("Look at it and give your own label, or mark it unsure."),
        source="share of raters behind the answer",
        worse="low",
        threshold=1.0,
        worst=0.0,
        best=1.0,
        measure=_raters,
        standing=_still_divided,
    ),
    Check(
        kind=WRONG,
        title=Words("Wrong labels"),
        reason=Words(
            "Labelled {label} with a probability of {value:.0%}; {suggested} has "
            "{confidence:.0%} ({task})."
        ),
        suggestion=Words("Look at it: relabel it, or say that the label is right."),
        source="confident learning: Northcutt, Jiang & Chuang, JAIR 2021, by cleanlab",
        worse="low",
        threshold=0.5,
        worst=0.0,
        best=1.0,
        measure=_wrong,
        # Families too: evidence is made by groups, so that no copy vouches for its twin.
        needs=frozenset({"measures", "likenesses", "evidence"}),
        standing=_still_so_labelled,
    ),
    Check(
        kind="outlier",
        title=Words("Outliers"),
        reason=Words("It lies {value:.1f} times as far from every class as most ({task})."),
        suggestion=Words("See whether it is a face at all; quarantine it if not."),
        source="Mahalanobis distance to the nearest class: Lee et al., NeurIPS 2018",
        worse="high",
        threshold=1.8,
        worst=3.0,
        best=0.5,
        measure=_outliers,
        needs=frozenset({"evidence"}),
    ),
)
