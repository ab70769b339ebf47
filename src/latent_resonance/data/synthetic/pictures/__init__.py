"""Abstract pictures made from nothing: every attribute of each is known, and so are captions."""
