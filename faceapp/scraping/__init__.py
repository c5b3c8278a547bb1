"""Promise: nothing is dialled that was not allowed, and nothing is kept that shows no face."""
