"""Generators against discriminators: StyleGAN2, StyleGAN3 and DCGAN by one loop."""
