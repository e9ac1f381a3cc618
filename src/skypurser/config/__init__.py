"""Settings, servers and the embedded database; the only package that knows all the others."""
