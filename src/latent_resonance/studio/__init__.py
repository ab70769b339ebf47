"""The studio: every instrument in the browser, served to this machine alone."""
