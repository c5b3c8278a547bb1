"""Training: from labelled samples to a saved model that was judged on people it never saw.

Promise: every reported test figure comes from the saved model, run end to end on the images.
"""
