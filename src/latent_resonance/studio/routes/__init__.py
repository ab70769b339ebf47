"""One file of routes to a noun."""
