"""One readable training loop per family."""
