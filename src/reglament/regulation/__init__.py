"""The regulation engine: small pure functions on frozen values, without Django, network or clock."""
