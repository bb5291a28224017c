"""The report: a page that opens from disk, a README, the audit as JSON, and the figures."""
