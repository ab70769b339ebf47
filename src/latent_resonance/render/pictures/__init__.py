"""Pictures of a model on their way to the screen: their size, their colours, their motion."""
