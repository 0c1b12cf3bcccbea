"""How letters, calls and forms come in, each kept as it came."""
