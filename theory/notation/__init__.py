"""How a proof is written and printed: symbols, calc chains, documents; LaTeX, MathML, text."""
