"""HTTP with manners: one server, a rate, patience, nothing half-downloaded."""
