"""Where in a crop a model looks: exact for a linear head on a map, by occlusion for any other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
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
    """The graph's last layers, where they are a Dense on flattened maps.

    `maps` are outputs of the graph (N, h, w, channels), of the image or of the image and its
    mirror image; `kernel` (C, h, w, channels).
    """

    maps: tuple[Any, ...]
    kernel: NDArray[np.float32]


class HeatMapper:
    """Says how much each place of a crop speaks for a class; not for two threads at a time.

    A linear head on one flattened map (the recipe `quick`) makes class activation
    maps exact: the score of a class is a sum over places, of the features there times the kernel
    there, and each place gets its own term (Zhou et al., "Learning Deep Features for
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
            model = openvino_module().Model(list(self._head.maps), model.get_parameters(), "maps")
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
        maps = self._network(crop[None].astype(np.float32))
        kernel = self._head.kernel[chosen] - self._head.kernel.mean(axis=0)
        terms = [(found[0] * kernel).sum(axis=-1) for found in maps]
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
    maps = _flattened_maps(features)
    if maps is None or weights.get_type_name() != "Constant":
        return None
    kernel = np.array(weights.get_data(), np.float32)
    shape = [each.get_partial_shape() for each in maps]
    height, width, channels = (shape[0][place].get_length() for place in (1, 2, 3))
    return _LinearHead(maps, kernel.reshape(len(kernel), height, width, channels))


def _source(node: Any | None, *kinds: str) -> Any | None:
    """What feeds the innermost of nested operations of these kinds; None where they differ."""
    for kind in kinds:
        if node is None or node.get_type_name() != kind:
            return None
        node = node.input_value(0).get_node()
    return node


def _flattened_maps(features: Any) -> tuple[Any, ...] | None:
    """The map that was flattened into the features, or the two whose mean they are."""
    parts = [features]
    both = _source(features, "Multiply")
    if both is not None and both.get_type_name() == "Add":
        parts = [both.input_value(place).get_node() for place in (0, 1)]
    if any(part.get_type_name() != "Reshape" for part in parts):
        return None
    maps = tuple(part.input_value(0) for part in parts)
    return maps if all(len(each.get_partial_shape()) == 4 for each in maps) else None
