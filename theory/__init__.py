"""What is claimed, and what is proved. Imports nothing of byzproof outside `theory`."""
