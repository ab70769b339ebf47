"""How shaders draw a packet: the text that they share, in each dialect."""
