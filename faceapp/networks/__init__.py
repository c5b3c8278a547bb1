"""Promise: the weights are the real ones, and a saved model answers the same wherever it runs.

Importing this package loads no framework: TensorFlow, Keras and OpenVINO wait for their first use.
"""
