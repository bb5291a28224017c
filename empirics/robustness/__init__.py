"""The sharp robustness coefficient of Krum: examples from below, certificates from above."""
