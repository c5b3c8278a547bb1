"""The saved model: a Keras file that carries classes and preprocessing, opened with distrust."""

from __future__ import annotations

import io
import json
import math
import os
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from faceapp.errors import WorldError
from faceapp.faces import InvalidPreprocessing, Preprocessing
from faceapp.networks.frameworks import keras_module
from faceapp.networks.weight_files import leads_outside
from faceapp.words import Words

if TYPE_CHECKING:
    import keras

MODEL_NAME = "model.keras"
INFO_MEMBER = "faceapp.json"
FORMAT = 1

_MEMBERS = {"metadata.json", "config.json", "model.weights.h5", INFO_MEMBER}
# The layers that faceapp builds models of, with what describes them.
_PLAIN = {
    *("Functional", "InputLayer", "__keras_tensor__", "DTypePolicy", "Flip"),
    *("Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"),
    *("Flatten", "Dense", "Dropout", "BatchNormalization", "Average", "Concatenate"),
    *("DepthwiseConv2D", "ZeroPadding2D", "Rescaling", "Normalization", "Reshape"),
    *("Activation", "ReLU", "Add", "Multiply"),
    *("GlorotUniform", "HeNormal", "RandomNormal", "VarianceScaling", "Zeros", "Ones", "L2"),
}
_MAX_WIDTH = 8192  # the widest layer that we build, fc1, has 4096
_MAX_TEXT_BYTES = 10 * 1024**2
_MAX_WEIGHTS_BYTES = 2 * 1024**3


class ModelRefused(WorldError):
    """A file that is no model of faceapp, is damaged, or asks for what a model need not do."""


class ModelNotSaved(WorldError):
    """The model could not be written."""


@dataclass(frozen=True)
class ModelInfo:
    """What one must know to use a model; it lies inside the model's file.

    Attributes:
        task, classes: the question, and the answers in the order of the outputs.
        preprocessing: how an image becomes the model's input.
        mirror: whether image and mirror image are averaged (inside the graph).
        temperature: what the scores were divided by (inside the graph).
        unsure_below: answers with a lower probability count as unsure, 0..1.
        backbone, recipe: what it was made of and how.
        weights_digest: SHA-256 of the base's weights before training.
        trained_on: the data in words.
        faceapp_version: what wrote it.

    """

    task: str
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    mirror: bool
    temperature: float
    unsure_below: float
    backbone: str
    recipe: str
    weights_digest: str
    trained_on: str
    faceapp_version: str

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold; `from_json` makes the same of them."""
        preprocessing = self.preprocessing.to_json()
        return {"format": FORMAT, **asdict(self), "preprocessing": preprocessing}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what `to_json` wrote; `ModelRefused` names the field that is not as it must be."""
        if not isinstance(data, Mapping):
            raise ModelRefused(Words("its description is no JSON object"))
        if data.get("format") != FORMAT:
            raise ModelRefused(
                Words(
                    "its format is {value!r}, not {format}: it comes from another "
                    "version of faceapp",
                    value=data.get("format"),
                    format=FORMAT,
                )
            )
        wanted = {field.name for field in fields(cls)} | {"format"}
        if set(data) != wanted:
            raise ModelRefused(
                Words("its description differs in {data}", data=sorted(set(data) ^ wanted))
            )
        _check_types(data)
        try:
            preprocessing = Preprocessing.from_json(data["preprocessing"])
        except InvalidPreprocessing as error:
            raise ModelRefused(
                Words("its preprocessing is not valid ({error})", error=error)
            ) from error
        values = {name: value for name, value in data.items() if name != "format"}
        return cls(**{**values, "classes": tuple(data["classes"]), "preprocessing": preprocessing})


def _check_types(data: Mapping[str, Any]) -> None:
    """Refuse values of the wrong type or range."""
    texts = ("task", "backbone", "recipe", "weights_digest", "trained_on", "faceapp_version")
    classes = data["classes"]
    named = isinstance(classes, list | tuple) and all(isinstance(name, str) for name in classes)
    temperature, unsure_below = data["temperature"], data["unsure_below"]
    checks = {
        **{name: isinstance(data[name], str) for name in texts},
        "classes": named and len(classes) >= 2 and len(set(classes)) == len(classes),
        "mirror": isinstance(data["mirror"], bool),
        "temperature": _is_number(temperature) and 0 < temperature < math.inf,
        "unsure_below": _is_number(unsure_below) and 0 <= unsure_below <= 1,
    }
    for name, fine in checks.items():
        if not fine:
            raise ModelRefused(Words("its {name} is not valid", name=name))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def model_file(path: Path) -> Path:
    """The model's file: `path` itself, or model.keras in the folder of a run."""
    return path / MODEL_NAME if path.is_dir() else path


def is_own(file: Path) -> bool:
    """Whether a file is a model that faceapp saved, whole or not."""
    try:
        with zipfile.ZipFile(file) as archive:
            return INFO_MEMBER in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def save_model(model: keras.Model, info: ModelInfo, path: Path) -> None:
    """Write model and info as one .keras file; `path` holds the old file or the whole new one.

    Raises `ModelNotSaved` if the disk does not take it.
    """
    partial = path.with_name(f".{path.stem}-{os.getpid()}.keras")
    try:
        model.save(partial)
        with zipfile.ZipFile(partial, "a") as archive:
            archive.writestr(INFO_MEMBER, json.dumps(info.to_json(), indent=2))
        partial.replace(path)
    except OSError as error:
        raise ModelNotSaved(
            Words("{path} cannot be written: {error}.", path=path, error=error)
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def read_info(path: Path) -> ModelInfo:
    """What the model of a file or run folder says of itself; loads no framework.

    Raises `ModelRefused` for anything but a whole model of faceapp.
    """
    file = model_file(path)
    with _opened(file) as archive:
        return _info(archive, file)


def load_keras(path: Path) -> keras.Model:
    """The Keras model of a file or run folder, loaded in safe mode and not compiled.

    Before Keras sees the file it is checked to name plain layers only and no data outside.
    Raises `ModelRefused`.
    """
    file = model_file(path)
    with _opened(file) as archive:
        info = _info(archive, file)
        check_layers(json.loads(archive.read("config.json")), file)
        check_weights(archive, file)
    model = load_unseen(file)
    size = info.preprocessing.size
    shapes = (model.input_shape, model.output_shape)
    if shapes != ((None, size, size, 3), (None, len(info.classes))):
        raise ModelRefused(
            Words(
                "{file} has inputs and outputs {shapes}, unlike its description.",
                file=file,
                shapes=shapes,
            )
        )
    return model


def load_unseen(file: Path) -> keras.Model:
    """The model of a file whose layers and weights were checked, in safe mode, not compiled."""
    keras = keras_module()
    try:
        with warnings.catch_warnings():
            # Keras only warns where weights are missing, and leaves random ones in their place.
            warnings.simplefilter("error", UserWarning)
            return keras.saving.load_model(file, safe_mode=True, compile=False)
    except (ValueError, TypeError, LookupError, AttributeError, OSError, UserWarning) as error:
        raise ModelRefused(
            Words("{file} cannot be loaded: {error}", file=file, error=first_line(error))
        ) from error


def first_line(error: Exception) -> str:
    """What an error says first, short enough for a sentence."""
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The zip file of a model with its four members and no others, each of bearable size."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check_members(archive, file)
            yield archive
    except FileNotFoundError as error:
        raise ModelRefused(
            Words("There is no model {file}: train one or check the path.", file=file)
        ) from error
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError) as error:
        raise ModelRefused(
            Words("{file} is no model, or is damaged: {error}", file=file, error=first_line(error))
        ) from error


def _check_members(archive: zipfile.ZipFile, file: Path) -> None:
    names = [member.filename for member in archive.infolist()]
    if INFO_MEMBER not in names:
        raise ModelRefused(
            Words(
                "{file} was not saved by faceapp: it holds no {info_member}.",
                file=file,
                info_member=INFO_MEMBER,
            )
        )
    if sorted(names) != sorted(_MEMBERS):
        raise ModelRefused(
            Words(
                "{file} holds other files than a model does: {names}.",
                file=file,
                names=sorted(names)[:8],
            )
        )
    for member in archive.infolist():
        is_text = member.filename.endswith(".json")
        if member.file_size > (_MAX_TEXT_BYTES if is_text else _MAX_WEIGHTS_BYTES):
            raise ModelRefused(
                Words(
                    "{file} holds a {filename} of {file_size} bytes.",
                    file=file,
                    filename=member.filename,
                    file_size=member.file_size,
                )
            )


def _info(archive: zipfile.ZipFile, file: Path) -> ModelInfo:
    try:
        return ModelInfo.from_json(json.loads(archive.read(INFO_MEMBER)))
    except ModelRefused as error:
        raise ModelRefused(
            Words("{file} cannot be used: {error}.", file=file, error=error)
        ) from error


def check_layers(
    config: Any,
    file: Path,
    layers: Collection[str] = _PLAIN,
    modules: Collection[str] = (),
) -> None:
    """Refuse a graph of anything but plain layers of bearable width.

    Args:
        config: of a Keras file, as JSON holds it.
        file: named in the refusal.
        layers: Keras's classes that may be in it; those that faceapp builds, if nothing is said.
        modules: of Keras, of which any class may be.

    """
    for part in _parts(config):
        name, module = str(part["class_name"]), str(part.get("module") or "keras")
        plain = name in layers and module.partition(".")[0] == "keras"
        if not plain and module not in modules:
            raise ModelRefused(
                Words(
                    "{file} contains {module}.{name}, which no model here needs.",
                    file=file,
                    module=module,
                    name=name,
                )
            )
        settings = part.get("config")
        if isinstance(settings, dict):
            widths = [settings.get("units", 1), settings.get("filters", 1)]
            if not all(isinstance(width, int) and 0 < width <= _MAX_WIDTH for width in widths):
                raise ModelRefused(
                    Words(
                        "{file} contains a {name} of {outputs} outputs.",
                        file=file,
                        name=name,
                        outputs=max(map(str, widths)),
                    )
                )


def _parts(config: Any) -> Iterator[dict[str, Any]]:
    """The description of everything that Keras would make of a configuration."""
    if isinstance(config, dict):
        if "class_name" in config:
            yield config
        # How it was trained is never loaded.
        config = [value for key, value in config.items() if key != "compile_config"]
    if isinstance(config, list):
        for value in config:
            yield from _parts(value)


def check_weights(archive: zipfile.ZipFile, file: Path) -> None:
    """Refuse weights that lead out of the file, or unpack to more than any model needs."""
    import h5py

    def bad_link(name: str, link: Any) -> str | None:
        is_hard = isinstance(link, h5py.HardLink)
        item = weights[name] if is_hard else None
        # HDF5 may declare terabytes that take no room in the file, until they are read.
        is_bad = isinstance(item, h5py.Dataset) and (
            leads_outside(item) or item.nbytes > _MAX_WEIGHTS_BYTES
        )
        return None if is_hard and not is_bad else name

    with h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as weights:
        bad = weights.visititems_links(bad_link)
    if bad is not None:
        raise ModelRefused(
            Words(
                "{file} holds weights that lie elsewhere or are too large ({bad}).",
                file=file,
                bad=bad,
            )
        )
