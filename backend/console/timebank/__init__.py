"""Pages of volunteers and the time bank: the coordinator's desk, activities, figures, certificates to verify."""
