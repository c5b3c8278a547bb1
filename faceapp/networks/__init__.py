"""Networks: trusted weights, frozen bases, and the saved model that gives one answer everywhere.

Importing this package loads no framework: TensorFlow, Keras and OpenVINO wait for their first use.
"""
