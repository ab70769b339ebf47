"""The image model whose weights are drawn: from its recipe to a bundle."""
