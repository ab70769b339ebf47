"""Runs ONNX graphs in PyTorch: the operators that networks of sound and pictures use."""
