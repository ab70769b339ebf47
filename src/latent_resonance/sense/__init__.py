"""Sensors: a performer's signal becomes controls. One file, one part."""
