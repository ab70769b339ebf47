"""From a prompt to a place: search among pictures as they are drawn."""
