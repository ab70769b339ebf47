"""What the rooms agree on: the values that flow, the five roles, the registry, the errors."""
