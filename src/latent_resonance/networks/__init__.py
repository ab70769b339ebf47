"""PyTorch architectures, written from the papers."""
