"""The instrument (a pure step) and its runner (threads)."""
