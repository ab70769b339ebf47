"""How a sound was made, inside the file that holds it: the same sound can be made again."""
