"""Krum (Blanchard, El Mhamdi, Guerraoui, Stainer, arXiv:1703.02757), as a student's notes have it."""
