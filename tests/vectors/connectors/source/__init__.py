"""What the cases are written from: keys and tokens, and a module of cases for each file."""
