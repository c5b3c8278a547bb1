"""Promise: the window shows what the dataset holds and never makes the person wait for it."""
