"""Services of others that a demonstration and the tests bring themselves. Never part of an installation in earnest."""
