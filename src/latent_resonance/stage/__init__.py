"""Stages: sound and frames reach people, devices and files. One file, one part."""
