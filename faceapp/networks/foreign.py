"""Classifiers made elsewhere: what one must know to ask them is said once, and kept beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from faceapp.faces import InvalidPreprocessing, Preprocessing
from faceapp.inference import Network, openvino_module
from faceapp.networks.foreign_files import KINDS, graph_of
from faceapp.networks.saved_model import ModelInfo, ModelRefused, is_own
from faceapp.words import Words

if TYPE_CHECKING:
    import openvino

Channels = Literal["rgb", "bgr", "grey"]
Scaling = Literal["0..255", "0..1", "-1..1", "caffe", "torch"]
Alignment = Literal["aligned", "whole"]

_FORMAT = 1
_BESIDE = ".faceapp.json"
_PROBES = 3
# What is taken from red, green and blue of 0..255, and what the rest is divided by. "caffe" and
# "torch" are those of keras.applications.imagenet_utils.preprocess_input.
_SCALINGS: Mapping[Scaling, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "0..255": ((0.0,) * 3, (1.0,) * 3),
    "0..1": ((0.0,) * 3, (255.0,) * 3),
    "-1..1": ((127.5,) * 3, (127.5,) * 3),
    "caffe": ((123.68, 116.779, 103.939), (1.0,) * 3),
    "torch": ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
}


class Undescribed(ModelRefused):
    """A classifier made elsewhere, of which nobody has said yet what it takes and gives."""


@dataclass(frozen=True)
class Description:
    """What one must know to ask a classifier that faceapp did not make.

    Attributes:
        classes: in the order of its outputs.
        size: side of the square it takes, in pixels; 0 before it is known (see `describe`).
        channels: the order of the channels that it takes.
        scaling: what becomes of values 0..255: as they are, divided to 0..1 or -1..1, ImageNet's
            mean taken away ("caffe"), or that and divided by its deviation ("torch").
        alignment: whether it is shown faces laid on the template, or whole images.
        task: the question that it answers, if it has a name.
        unsure_below: answers with a lower probability count as unsure, 0..1.
        scores: whether it gives scores, of which a softmax makes probabilities; found out.
        one_by_one: whether it takes only one image at a time; found out.

    """

    classes: tuple[str, ...]
    size: int = 0
    channels: Channels = "rgb"
    scaling: Scaling = "0..255"
    alignment: Alignment = "aligned"
    task: str = ""
    unsure_below: float = 0.0
    scores: bool = False
    one_by_one: bool = False

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold; `from_json` makes the same of them."""
        return {"format": _FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what `to_json` wrote; raises `ModelRefused` naming what is not as it must be."""
        names = {field.name for field in fields(cls)}
        if not isinstance(data, Mapping) or set(data) != {*names, "format"}:
            raise ModelRefused(Words("its description has not the fields that it needs"))
        if data["format"] != _FORMAT:
            raise ModelRefused(Words("its description comes from another version of faceapp"))
        classes = data["classes"]
        if not isinstance(classes, list) or not all(isinstance(c, str) for c in classes):
            raise ModelRefused(Words("its classes are no list of names"))
        values = {name: data[name] for name in names}
        found = cls(**{**values, "classes": tuple(classes)})
        found.check()
        return found

    def check(self) -> None:
        """Raise `ModelRefused` where a value cannot be."""
        choices = {
            "channels": get_args(Channels),
            "scaling": get_args(Scaling),
            "alignment": get_args(Alignment),
        }
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise ModelRefused(
                    Words(
                        "its {name} must be one of {allowed}", name=name, allowed=", ".join(allowed)
                    )
                )
        if len(self.classes) < 2 or len(set(self.classes)) < len(self.classes):
            raise ModelRefused(Words("its classes must be two or more different names"))
        if "" in self.classes or not isinstance(self.task, str):
            raise ModelRefused(Words("its classes and its task must be names"))
        if self.channels == "grey" and self.scaling in {"caffe", "torch"}:
            raise ModelRefused(
                Words(
                    "its scaling {scaling} is for three channels, not for grey",
                    scaling=self.scaling,
                )
            )
        if not isinstance(self.unsure_below, int | float) or not 0 <= self.unsure_below <= 1:
            raise ModelRefused(Words("its unsure_below must be from 0 to 1"))

    def info(self) -> ModelInfo:
        """The same in the words of faceapp's own models."""
        return ModelInfo(
            task=self.task,
            classes=self.classes,
            preprocessing=Preprocessing(size=self.size, alignment=self.alignment),
            mirror=False,
            temperature=1.0,
            unsure_below=float(self.unsure_below),
            backbone="",
            recipe="made elsewhere",
            weights_digest="",
            trained_on="made elsewhere",
            faceapp_version="",
        )


@dataclass(frozen=True)
class Outline:
    """What a classifier made elsewhere says of itself; 0 where its file leaves that open.

    Attributes:
        size: side of the square it takes, in pixels.
        channels: how many it takes, 1 or 3.
        classes: how many numbers it gives for one image.

    """

    size: int
    channels: int
    classes: int


def outline_of(model: Path) -> Outline:
    """Look into a classifier made elsewhere before anything was said of it.

    Raises:
        ModelRefused: the file is no classifier of images, or contains what one need not.

    """
    graph = graph_of(model)
    layout, side = _input_of(graph, model)
    channels = graph.inputs[0].partial_shape[layout.index("C")].get_length()
    given = graph.outputs[0].partial_shape
    known = given.rank.is_static and len(given) == 2 and given[1].is_static
    classes = given[1].get_length() if known else 0
    if classes == 1:
        raise ModelRefused(
            Words(
                "{model} gives one number for an image, and a classifier one for each class: let "
                "it end in a softmax over both.",
                model=model,
            )
        )
    return Outline(side, channels, classes)


def description_file(model: Path) -> Path:
    """Where the description of a model file lies: beside it."""
    return model.with_name(model.name + _BESIDE)


def describe(model: Path, said: Description) -> Description:
    """Open a classifier made elsewhere as it is said to be, and keep the description beside it.

    Its size is read from the file where the file says it, and whether it gives scores and takes
    several images at a time is tried out.

    Args:
        model: a .keras, .onnx or OpenVINO .xml file.
        said: what a person says of it; `size` 0 leaves that to the file.

    Raises:
        ModelRefused: the file is no such model, contains what a classifier need not, or does not
            fit what is said; the message says how.

    """
    if is_own(model):
        raise ModelRefused(
            Words(
                "{model} was saved by faceapp and says itself what it takes and gives.", model=model
            )
        )
    try:
        said.check()
        found = _tried(model, said)
        found.info()
    except InvalidPreprocessing as error:
        raise ModelRefused(
            Words("{model} cannot be used: {error}", model=model, error=error)
        ) from error
    except ModelRefused as error:
        if str(model) in str(error):
            raise ModelRefused(str(error)) from error
        raise ModelRefused(
            Words("{model} cannot be used: {error}.", model=model, error=error)
        ) from error
    file = description_file(model)
    partial = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        partial.write_text(json.dumps(found.to_json(), indent=2), encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ModelRefused(
            Words(
                "{file} cannot be written ({error}): copy the model to a folder of your own.",
                file=file,
                error=error,
            )
        ) from error
    return found


def is_foreign(model: Path) -> bool:
    """Whether a file is of a kind that `describe` takes, and none of faceapp's own models."""
    return model.suffix.lower() in KINDS and model.is_file() and not is_own(model)


def description_of(model: Path) -> Description:
    """What was said of a classifier made elsewhere.

    Raises `Undescribed` where nobody did, or where the description is damaged.
    """
    file = description_file(model)
    try:
        return Description.from_json(json.loads(file.read_text("utf-8")))
    except FileNotFoundError as error:
        raise Undescribed(
            Words(
                "{model} was not made by faceapp: say its classes in the order of its outputs, and "
                "what it takes (`faceapp classify --classes a,b,c --channels ... --scaling ...`).",
                model=model,
            )
        ) from error
    except (OSError, ValueError, TypeError, ModelRefused) as error:
        raise Undescribed(
            Words("{file} cannot be used ({error}): say it again.", file=file, error=error)
        ) from error


def foreign_graph(model: Path, said: Description) -> openvino.Model:
    """A classifier that takes what faceapp's own take: crops (N, size, size, 3), RGB of 0..255.

    Channel order, scaling and a softmax over scores become part of it.
    """
    module = openvino_module()
    graph = graph_of(model)
    layout, _ = _input_of(graph, model)
    count, channels = 1 if said.one_by_one else -1, 1 if said.channels == "grey" else 3
    square = [said.size, said.size]
    shape = [count, channels, *square] if layout == "NCHW" else [count, *square, channels]
    try:
        graph.reshape(module.PartialShape(shape))
        graph = _with_preprocessing(graph, layout, said)
    except RuntimeError as error:
        raise ModelRefused(
            Words(
                "{model} does not take {channels} images of {size} x {size}.",
                model=model,
                channels=said.channels,
                size=said.size,
            )
        ) from error
    return graph


def _with_preprocessing(graph: openvino.Model, layout: str, said: Description) -> openvino.Model:
    module = openvino_module()
    formats = module.preprocess.ColorFormat
    steps = module.preprocess.PrePostProcessor(graph)
    tensor = steps.input().tensor().set_element_type(module.Type.f32)
    tensor.set_layout(module.Layout("NHWC")).set_color_format(formats.RGB)
    steps.input().model().set_layout(module.Layout(layout))
    minus, divisor = (list(values) for values in _SCALINGS[said.scaling])
    work = steps.input().preprocess()
    if said.channels == "grey":
        work.convert_color(formats.GRAY)
        work.mean(minus[0]).scale(divisor[0])
    else:
        work.mean(minus).scale(divisor)
        if said.channels == "bgr":
            work.convert_color(formats.BGR)
    steps.output().tensor().set_element_type(module.Type.f32)
    graph = steps.build()
    if said.scores:
        scores = graph.outputs[0].get_node().input_value(0)
        found = module.opset13.softmax(scores, axis=1)
        graph = module.Model([found], graph.get_parameters(), "with softmax")
    return graph


def _input_of(graph: openvino.Model, model: Path) -> tuple[str, int]:
    """The order of the axes of its one input, and the side of the square; 0 where that is open."""
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise ModelRefused(
            Words("{model} has several inputs or outputs, and a classifier one.", model=model)
        )
    shape = graph.inputs[0].partial_shape
    sides = (
        [each.get_length() if each.is_static else 0 for each in shape] if shape.rank == 4 else []
    )
    for layout, channels, height in (("NHWC", 3, 1), ("NCHW", 1, 2)):
        if sides and sides[channels] in {1, 3} and sides[height] == sides[height + 1]:
            return layout, sides[height]
    raise ModelRefused(
        Words(
            "{model} takes {shape}, and a classifier of faces one square image of one or three "
            "channels.",
            model=model,
            shape=shape,
        )
    )


def _tried(model: Path, said: Description) -> Description:
    """The description with what the file itself says, or what asking it shows."""
    graph = graph_of(model)
    _, side = _input_of(graph, model)
    if side and said.size not in {0, side}:
        raise ModelRefused(
            Words("it takes {side} x {side} pixels, not {size}", side=side, size=said.size)
        )
    size = said.size or side
    if not size:
        raise ModelRefused(
            Words("it takes any size: say the side of the square that it learned from")
        )
    said = replace(said, size=size, scores=False, one_by_one=False)
    said.info()
    crops = np.random.default_rng(0).integers(0, 256, (_PROBES, size, size, 3)).astype(np.float32)
    single = replace(said, one_by_one=True)
    network = Network(foreign_graph(model, single))
    alone = np.concatenate([_answer(network, crop[None], said.classes) for crop in crops])
    together = _together(model, said, crops)
    fits = together is not None and np.allclose(together, alone, rtol=1e-3, atol=1e-3)
    sums = alone.sum(axis=1)
    probable = alone.min() >= -1e-4 and np.allclose(sums, 1, atol=1e-3)
    return replace(said, scores=not probable, one_by_one=not fits)


def _together(
    model: Path, said: Description, crops: NDArray[np.float32]
) -> NDArray[np.float32] | None:
    try:
        found = Network(foreign_graph(model, said))(crops)[0]
    except (ModelRefused, RuntimeError):  # a network that was written for one image at a time
        return None
    return found if found.shape == (len(crops), len(said.classes)) else None


def _answer(
    network: Network, crop: NDArray[np.float32], classes: Sequence[str]
) -> NDArray[np.float32]:
    found = network(crop)
    if len(found) != 1:
        raise ModelRefused(
            Words("it gives {number} answers to one image, and a classifier one", number=len(found))
        )
    if found[0].shape != (1, len(classes)):
        raise ModelRefused(
            Words(
                "it gives numbers of the shape {shape} for one image, and {number} "
                "classes were said: {classes}",
                shape=found[0].shape,
                number=len(classes),
                classes=", ".join(classes),
            )
        )
    if not np.isfinite(found[0]).all():
        raise ModelRefused(Words("it gives no numbers for some images"))
    return found[0]
