"""The desk: Django apps that keep requests, decisions and obligations; no pages."""
