"""What Django needs of the two peers that run on it: their models and flows."""
