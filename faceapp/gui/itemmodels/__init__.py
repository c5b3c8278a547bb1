"""Promise: models hold ids; rows and pictures are fetched when they are painted."""
