"""What a picture shows: each family draws forms over a plane."""
