"""What drives a performance: a counter (files), the live clock (stages), a page that pulls."""
