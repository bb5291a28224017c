"""What ends a command with exit code 2."""


class WrongUsage(Exception):
    """What was asked for cannot be done; the message says why and what to do."""
