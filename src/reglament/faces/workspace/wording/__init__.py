"""The words of the letters that the desk writes, as its owner changes them."""
