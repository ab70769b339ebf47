"""Sound files of every kind, read by one reader: libsndfile where it is sure, else FFmpeg."""
