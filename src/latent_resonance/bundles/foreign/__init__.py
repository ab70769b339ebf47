"""Network pickles of other programs, read as data: no name in them is imported or called."""
