"""What is shown: the audit, the command line and the pages. Nobody imports `reports`."""
