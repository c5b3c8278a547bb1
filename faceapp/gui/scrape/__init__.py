"""Promise: finding images never blocks the window, and goes on while its dialog is closed."""
