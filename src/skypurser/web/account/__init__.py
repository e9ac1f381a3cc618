"""Signing in and out, second factors, sessions: allauth's views at our paths, and what it has no view for."""
