"""Measures a running mesh: real services, real gRPC, scripted engines."""
