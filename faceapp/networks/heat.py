"""Where in a crop a model looks: exact for a linear head on a map, by occlusion for any other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.inference import Network, openvino_module
from faceapp.networks.classifier import BATCH, converted, model_info
from faceapp.networks.saved_model import ModelInfo, model_file

# The grid in which a crop is covered piece by piece, and what it is covered with.
_PIECES = 7
_GREY = 128


@dataclass(frozen=True, eq=False)
class _LinearHead:
    """The graph's last layers, where they are a Dense on flattened maps of one height and width.

    `views` has, for the image or for the image and its mirror image, outputs of the graph (N, h, w,
    channels): the maps that were flattened and joined. `kernels` has an array (C, h, w, channels)
    for each of these maps.
    """

    views: tuple[tuple[Any, ...], ...]
    kernels: tuple[NDArray[np.float32], ...]


class HeatMapper:
    """Says how much each place of a crop speaks for a class; not for two threads at a time.

    A linear head on flattened maps, an adapter's among them, makes class activation maps exact:
    the score of a class is a sum over places, of the features there times the kernel there, and
    each place gets its own term (Zhou et al., "Learning Deep Features for
    Discriminative Localization", CVPR 2016, whose kernel is the same at all places). The kernel is
    taken minus its mean over the classes, which the softmax does not see, so that a place speaks
    for a class rather than for any. Terms of the mirror image are laid back to where they are.

    Any other model is asked 50 times: the probability that is lost where one of 7 x 7 pieces is
    covered by grey (Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks",
    ECCV 2014).

    Args:
        path: a model file or the folder of a run.
        threads: processor threads to use; 0 lets OpenVINO choose.

    Raises:
        ModelRefused: the file is no whole model of faceapp.

    """

    def __init__(self, path: Path, threads: int = 0) -> None:
        file = model_file(path)
        self.info: ModelInfo = model_info(file)
        model = converted(file)
        self._head = _linear_head(model)
        if self._head is not None:
            maps = [each for view in self._head.views for each in view]
            model = openvino_module().Model(maps, model.get_parameters(), "maps")
        self._network = Network(model, threads=threads)

    @property
    def exact(self) -> bool:
        """Whether maps are the model's own terms; otherwise they come from occlusion."""
        return self._head is not None

    def heat(self, crop: NDArray[np.uint8], chosen: int) -> NDArray[np.float32]:
        """How much each place of a crop (size, size, 3) RGB speaks for the class `chosen`.

        Returns (h, w), the image's places in order: above 0 for the class, below 0 against it.
        Exact maps are in units of the score, others in lost probability.
        """
        if self._head is None:
            return self._by_occlusion(crop, chosen)
        found = iter(self._network(crop[None].astype(np.float32)))
        kernels = [each[chosen] - each.mean(axis=0) for each in self._head.kernels]
        terms = [
            sum((next(found)[0] * kernel).sum(axis=-1) for kernel in kernels)
            for _ in self._head.views
        ]
        turned = [terms[0], *(each[:, ::-1] for each in terms[1:])]
        return np.asarray(np.mean(turned, axis=0), np.float32)

    def _by_occlusion(self, crop: NDArray[np.uint8], chosen: int) -> NDArray[np.float32]:
        edges = np.linspace(0, len(crop), _PIECES + 1).astype(int)
        covered = [crop]
        for top, bottom in pairwise(edges):
            for left, right in pairwise(edges):
                piece = crop.copy()
                piece[top:bottom, left:right] = _GREY
                covered.append(piece)
        batch = 1 if self._network.one_by_one else BATCH
        found = [
            self._network(np.stack(covered[start : start + batch]).astype(np.float32))[0]
            for start in range(0, len(covered), batch)
        ]
        probable = np.concatenate(found)[:, chosen]
        return np.asarray(probable[0] - probable[1:].reshape(_PIECES, _PIECES), np.float32)


def _linear_head(model: Any) -> _LinearHead | None:
    """The head of a converted graph, if it is Dense and softmax on flattened maps."""
    scores = _source(model.outputs[0].get_node(), "Result", "Softmax")
    # A bias of zeros is left out by the conversion.
    scores = _source(scores, "Add") or scores
    if scores is None or scores.get_type_name() != "MatMul":
        return None
    features, weights = (scores.input_value(place).get_node() for place in (0, 1))
    views = [_flattened_maps(each) for each in _averaged(features)]
    shapes = [
        tuple(each.get_partial_shape()[place].get_length() for place in (1, 2, 3))
        for each in views[0]
    ]
    alike = len({shape[:2] for shape in shapes}) == 1
    if not alike or any(len(view) != len(shapes) for view in views):
        return None
    if weights.get_type_name() != "Constant":
        return None
    kernel = np.array(weights.get_data(), np.float32)
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    parts = np.split(kernel, ends, axis=1)
    kernels = [part.reshape(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]
    return _LinearHead(tuple(views), tuple(kernels))


def _source(node: Any | None, *kinds: str) -> Any | None:
    """What feeds the innermost of nested operations of these kinds; None where they differ."""
    for kind in kinds:
        if node is None or node.get_type_name() != kind:
            return None
        node = node.input_value(0).get_node()
    return node


def _averaged(features: Any) -> list[Any]:
    """The two views whose mean the features are, or the features themselves."""
    both = _source(features, "Multiply")
    if both is None or both.get_type_name() != "Add":
        return [features]
    return [both.input_value(place).get_node() for place in (0, 1)]


def _flattened_maps(features: Any) -> tuple[Any, ...]:
    """The maps that were flattened, and joined, into the features; none where they are others."""
    if features.get_type_name() == "Concat":
        parts = [_flattened_maps(each.get_node()) for each in features.input_values()]
        return tuple(chain.from_iterable(parts)) if all(parts) else ()
    if features.get_type_name() != "Reshape":
        return ()
    maps = features.input_value(0)
    return (maps,) if len(maps.get_partial_shape()) == 4 else ()
