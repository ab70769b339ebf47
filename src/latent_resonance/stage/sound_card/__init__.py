"""What plays on a card of the machine: opening it, and what to do when it runs dry."""
