"""Promise: the weights are the real ones, and a saved model answers the same wherever it runs.

Importing this package loads no framework: TensorFlow, Keras and OpenVINO wait for their first use.
"""

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
from faceapp.networks.architectures import BACKBONES, Backbone
from faceapp.networks.backbones import (
    Head,
    InvalidTrunk,
    TrunkSpec,
    classification_model,
    feature_digest,
    trunk,
)
from faceapp.networks.classifier import Classifier
from faceapp.networks.crops import Crops, Unreadable, ensure_faces
from faceapp.networks.download import DownloadFailed
from faceapp.networks.saved_model import (
    ModelInfo,
    ModelNotSaved,
    ModelRefused,
    load_keras,
    model_file,
    read_info,
    save_model,
)
from faceapp.networks.weight_files import WeightsRefused
from faceapp.networks.weights import (
    Place,
    Weights,
    WeightsMissing,
    fetch_weights,
    find_weights,
    survey,
)

__all__ = [
    "BACKBONES",
    "MIRROR",
    "PLAIN",
    "ActivationCache",
    "ActivationsUnwritable",
    "Backbone",
    "Classifier",
    "Crops",
    "DownloadFailed",
    "FeatureExtractor",
    "FeatureSpec",
    "Features",
    "Head",
    "InvalidTrunk",
    "Item",
    "ModelInfo",
    "ModelNotSaved",
    "ModelRefused",
    "Place",
    "TrunkSpec",
    "Unreadable",
    "View",
    "Weights",
    "WeightsMissing",
    "WeightsRefused",
    "classification_model",
    "ensure_faces",
    "feature_digest",
    "fetch_weights",
    "find_weights",
    "load_keras",
    "model_file",
    "read_info",
    "save_model",
    "survey",
    "trunk",
]
