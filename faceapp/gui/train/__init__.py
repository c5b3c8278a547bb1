"""Promise: a training that a person can follow, stop, trust and compare."""
