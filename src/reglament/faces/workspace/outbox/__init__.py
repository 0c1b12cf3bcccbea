"""The letters that the desk writes: how far each got, and what people decide about them."""
