"""Playing over a WebSocket: players, the page's rate, pictures, the socket itself."""
