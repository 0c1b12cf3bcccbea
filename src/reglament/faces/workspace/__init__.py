"""The agent's workspace: what next, why this one, what may and may not be done."""
