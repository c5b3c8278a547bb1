"""Promise: whatever is written here stands after a crash, can be undone, and is never lost."""
