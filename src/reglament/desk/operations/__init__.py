"""The vault, the audit log and the permissions of clients."""
