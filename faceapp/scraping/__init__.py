"""Promise: nothing is dialled that was not allowed, nothing kept that is no face."""
