"""Reading faces with a saved model, one image or frame after another.

Promise: what is read here is prepared exactly as it was in training.
"""
