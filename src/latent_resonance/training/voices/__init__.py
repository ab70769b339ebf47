"""Statistics that make places of voices, learned from recordings and what may befall them."""
