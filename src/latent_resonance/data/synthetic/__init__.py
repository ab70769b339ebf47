"""Sounds made from nothing: training material and ground truth whose every parameter is known."""
