"""The signed-in portal of clients."""
