"""Promise: strangers' folders and CSVs come in whole, or are refused by name; nothing else is touched."""
