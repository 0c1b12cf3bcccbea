"""The site: settings, addresses and the server entry, where faces and API are put together."""
