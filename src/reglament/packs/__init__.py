"""The regulations that come with the product: data only."""
