"""How this program starts processes of its own."""

import sys

PYTHON = (sys.executable, "-P")
"""This Python, without the working folder among the places that it imports from: a file that lies
there and is called as a module (``numpy.py``) would be run."""
