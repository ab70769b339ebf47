"""Rooms full of people: players who can only play, on replicas that share their sessions."""
