"""The Clean page: everything wrong with a dataset, found, shown and mended in one place."""
