"""What is above the band that a model was trained on."""
