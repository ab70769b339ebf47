"""The two face models and the canonical mesh, sliced from an npm package (see ``obtain``)."""
