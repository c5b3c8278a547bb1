"""The program tried on itself: the real window, a training, a video, an export, without a network.

Promise: whatever a step does lies in a folder that is gone afterwards, and no step dials anybody.
"""
