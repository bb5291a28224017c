"""How a proof is written and printed: symbols, calc chains, steps and documents; LaTeX, MathML, text."""
