"""Live pictures keep their rate: where a model is too slow for it, it draws smaller."""
