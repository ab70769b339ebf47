"""Networks of other programs as bundles, and bundles as ONNX files for other programs."""
