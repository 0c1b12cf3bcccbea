"""The queues and the views of a desk."""
