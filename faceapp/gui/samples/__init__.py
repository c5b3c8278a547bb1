"""How samples are shown wherever they are: a grid of thumbnails, and one image large."""
