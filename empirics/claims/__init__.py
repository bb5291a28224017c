"""What sampling does with a claim: read it, evaluate it on trials, check it exactly, judge it."""
