"""Long work in processes of their own, so that the sound goes on beside it."""
