"""What does somebody else's Krum compute? Found by asking it, knowing nothing of its code.

from empirics.probe.examine import examine
report = examine("byzfl:Krum")
report.model.label, report.differences
"""
