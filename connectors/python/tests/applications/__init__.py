"""The application of a case, in each framework."""
