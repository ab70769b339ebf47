"""The window of the stage ``window``: a process of its own, which reads pictures from a pipe.

Window systems want a program's main thread, and drawing waits for the display: neither may cost the
performance anything.
"""
