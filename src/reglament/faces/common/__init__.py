"""What all faces share: the visual language, base pages, template tags and the ruler of working time."""
