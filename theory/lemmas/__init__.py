"""Facts that papers share, as pieces of proofs: Jensen, ball and cone."""
