"""The file from which a desk is made or changed, with its people, clients, records and tickets."""
