"""Takes tokens from a provider as a client and a browser would."""
