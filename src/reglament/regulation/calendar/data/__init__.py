"""Days off as the law and its decrees set them: dated tables, each with its legal basis. Data only."""
