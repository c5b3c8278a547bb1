"""Keras, imported in one place: on TensorFlow whatever the user's keras.json says; and OpenVINO."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from faceapp.inference import openvino_module

if TYPE_CHECKING:
    import keras
    import openvino

# Held while a network is loaded or built and converted: Keras keeps names and sessions for all
# threads, and the window's jobs may want two networks at a time.
building = threading.Lock()


def keras_module() -> Any:
    """The keras package with TensorFlow behind it; the first call takes 3 to 9 seconds."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # no errors about absent graphics cards
    with nullcontext() if "tensorflow" in sys.modules else _unheard():
        import keras

    # An old keras.json in the user's home may say otherwise, and weights would not fit.
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    return keras


@contextmanager
def _unheard() -> Iterator[None]:
    """Drop what TensorFlow's first import writes past Python onto stderr: lines on absent GPUs.

    No log level reaches them. A failure still raises, with its reason.
    """
    try:
        kept = os.dup(2)
    except OSError:  # a windowed program has no stderr
        yield
        return
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a path
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def convert(model: keras.Model) -> openvino.Model:
    """The OpenVINO twin of a Keras model with one image input and one output.

    The batch size stays open. Figures differ from Keras's by rounding alone.
    """
    import tensorflow as tf

    # A Keras model as it is would be called with a tuple, of which Keras warns.
    face = tf.TensorSpec(model.inputs[0].shape, tf.float32, name="face")
    run = tf.function(lambda face: model(face, training=False), input_signature=[face])
    # Shared weights would be freed with the Keras model, and the answers turn to noise.
    return openvino_module().convert_model(run, share_weights=False)
