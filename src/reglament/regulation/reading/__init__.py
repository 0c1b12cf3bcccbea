"""From a regulation file to its editions, with every fault named by file, line and a way to mend it.

Nothing is imported here: `compiled` is on the way of every cold start and must not load the grammar.
"""
