"""The model file: its format, its checks, the defaults that travel inside the package."""
