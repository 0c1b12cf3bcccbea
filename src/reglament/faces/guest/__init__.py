"""Pages of visitors who are not signed in: the form, the confirmation of an address, the private link."""
