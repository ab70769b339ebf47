"""The packets of Open Sound Control."""
