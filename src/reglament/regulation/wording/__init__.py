"""How the parts of a regulation are said, in Russian and in English: words, spans, moments, lists, facts."""
