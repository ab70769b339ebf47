"""Pictures computed from coordinates: a place is folded into a packet of numbers, pixels follow."""
