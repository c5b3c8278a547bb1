"""The Live page: what a camera, a video or an image says, as it is seen."""
