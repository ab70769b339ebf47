"""What a keyboard remembers: channels, keys and pedals, instruments by name and by program."""
