"""Promise: every number here is counted from the dataset, and the next step is in sight."""
