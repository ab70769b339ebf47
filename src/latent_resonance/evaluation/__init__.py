"""How good a model is: measured on its sounds, beside what real ones give."""
