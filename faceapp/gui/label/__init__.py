"""Promise: labels go in at the speed of the keyboard, and stand in the dataset before they show."""
