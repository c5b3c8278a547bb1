"""Reading faces with a saved model: of cameras as they come, of videos and images to the end.

Promise: what is read here is prepared exactly as it was in training, nobody who watches ever waits,
and nothing is stored unless somebody records.
"""
