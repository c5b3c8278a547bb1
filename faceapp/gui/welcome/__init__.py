"""Promise: whoever has images is one step from a dataset, and sees it before anything happens."""
